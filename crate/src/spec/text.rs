//! Reading a network's text form; every refusal quotes the layer and says what is allowed.

use super::{Conv, Layer, MOST, Spec, Transposed};

/// Padding that keeps the image's size for an odd kernel at stride 1.
pub(super) fn same_padding(kernel: usize, dilation: usize) -> usize {
    dilation * (kernel - 1) / 2
}

pub(super) fn parse(text: &str) -> Result<Spec, String> {
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let layers = parts
        .enumerate()
        .map(|(index, part)| layer(part).map_err(|message| format!("layer {} ({part}): {message}", index + 1)))
        .collect::<Result<Vec<_>, _>>()?;
    match layers.last() {
        None => {
            Err("the network is empty; write layers such as conv 8 k7; norm; relu; pool 2; flatten; dense 10".into())
        }
        Some(Layer::Dense { .. } | Layer::Conv(_) | Layer::Transposed(_)) => Ok(Spec(layers)),
        Some(other) => Err(format!(
            "the last layer is {other}; end with dense and the number of classes, or, where every pixel or box has a \
             class, with a conv"
        )),
    }
}

fn layer(part: &str) -> Result<Layer, String> {
    let mut words = part.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let bare = |layer: Layer| {
        if words.is_empty() { Ok(layer) } else { Err(format!("{kind} takes no options, found {}", words.join(" "))) }
    };
    let whole = |what: &str, least: usize, example: &str| match words[..] {
        [value] => number(value, what, least),
        _ => Err(format!("{kind} takes {what}, as in {example}")),
    };
    let share = |what: &str, example: &str| match words[..] {
        [value] => match value.parse::<f64>() {
            Ok(value) if (0.0..1.0).contains(&value) => Ok(value),
            _ => Err(format!("{what} is {value:?}; use a number from 0 to below 1")),
        },
        _ => Err(format!("{kind} takes {what}, as in {example}")),
    };
    match kind {
        "conv" => conv(&words),
        "transposed" => transposed(&words),
        "norm" => bare(Layer::Norm),
        "relu" => bare(Layer::Relu),
        "relu6" => bare(Layer::Relu6),
        "leaky" => Ok(Layer::Leaky(share("the slope below zero", "leaky 0.1")?)),
        "dropout" => Ok(Layer::Dropout(share("the share of zeros", "dropout 0.2")?)),
        "flatten" => bare(Layer::Flatten),
        "average" => bare(Layer::Average),
        "pool" => Ok(Layer::Pool(whole("the side of its squares", 2, "pool 2")?)),
        "upsample" => Ok(Layer::Upsample(whole("the side of the squares", 2, "upsample 2")?)),
        "shuffle" => Ok(Layer::Shuffle(whole("the number of groups", 2, "shuffle 2")?)),
        "tag" => Ok(Layer::Tag(name(kind, &words)?)),
        "from" => Ok(Layer::From(name(kind, &words)?)),
        "add" => Ok(Layer::Add(name(kind, &words)?)),
        "concat" => Ok(Layer::Concat(name(kind, &words)?)),
        "split" => Ok(Layer::Split(name(kind, &words)?)),
        "dense" => match words[..] {
            [outputs] => Ok(Layer::Dense { outputs: number(outputs, "the number of units", 1)?, bias: true }),
            [outputs, "nobias"] => {
                Ok(Layer::Dense { outputs: number(outputs, "the number of units", 1)?, bias: false })
            }
            _ => Err("dense takes a number of units and maybe nobias, as in dense 64".into()),
        },
        _ => Err(format!(
            "unknown layer {kind:?}; the layers are conv, transposed, norm, relu, relu6, leaky, pool, average, upsample, \
             shuffle, dropout, tag, from, add, concat, split, flatten, dense"
        )),
    }
}

fn conv(words: &[&str]) -> Result<Layer, String> {
    let (outputs, options) =
        words.split_first().ok_or("conv takes a number of channels and a kernel, as in conv 8 k7")?;
    let outputs = number(outputs, "the number of channels", 1)?;
    let (mut kernel, mut padding) = (None, None);
    let (mut stride, mut dilation, mut groups, mut bias, mut compact) = (1, 1, 1, true, false);
    for option in options {
        let (letter, value) = option.split_at_checked(1).unwrap_or((option, ""));
        match letter {
            _ if *option == "nobias" => bias = false,
            _ if *option == "compact" => compact = true,
            "k" => kernel = Some(number(value, "the kernel", 1)?),
            "s" => stride = number(value, "the stride", 1)?,
            "p" => padding = Some(number(value, "the padding", 0)?),
            "d" => dilation = number(value, "the dilation", 1)?,
            "g" => groups = number(value, "the number of groups", 1)?,
            _ => {
                return Err(format!(
                    "unknown option {option:?}; the options are k, s, p, d, g with a number, nobias and compact"
                ));
            }
        }
    }
    let kernel = kernel.ok_or("the kernel is missing; add it as in k7")?;
    let padding = padding.unwrap_or(same_padding(kernel, dilation));
    Ok(Layer::Conv(Conv { outputs, kernel, stride, padding, dilation, groups, bias, compact }))
}

fn transposed(words: &[&str]) -> Result<Layer, String> {
    let (outputs, options) =
        words.split_first().ok_or("transposed takes a number of channels and a kernel, as in transposed 8 k2 s2")?;
    let outputs = number(outputs, "the number of channels", 1)?;
    let (mut kernel, mut stride, mut bias) = (None, 1, true);
    for option in options {
        match option.split_at_checked(1) {
            _ if *option == "nobias" => bias = false,
            Some(("k", value)) => kernel = Some(number(value, "the kernel", 1)?),
            Some(("s", value)) => stride = number(value, "the stride", 1)?,
            _ => return Err(format!("unknown option {option:?}; the options are k, s with a number, and nobias")),
        }
    }
    let kernel = kernel.ok_or("the kernel is missing; add it as in k2")?;
    Ok(Layer::Transposed(Transposed { outputs, kernel, stride, bias }))
}

fn number(text: &str, what: &str, least: usize) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(value) if (least..=MOST).contains(&value) => Ok(value),
        _ => Err(format!("{what} is {text:?}; use a whole number from {least} to {MOST}")),
    }
}

fn name(kind: &str, words: &[&str]) -> Result<String, String> {
    match words[..] {
        [name] if name.len() <= 32 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => Ok(name.into()),
        [name] => Err(format!("the name is {name:?}; use up to 32 letters, digits and hyphens")),
        _ => Err(format!("{kind} takes a name, as in {kind} a")),
    }
}
