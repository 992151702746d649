//! Reading a network's text form; every refusal quotes the layer and says what is allowed.

use super::{Conv, Layer, MOST, Spec};

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
        Some(Layer::Dense { .. }) => Ok(Spec(layers)),
        Some(other) => Err(format!("the last layer is {other}; end with dense and the number of classes")),
    }
}

fn layer(part: &str) -> Result<Layer, String> {
    let mut words = part.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let bare = |layer: Layer| {
        if words.is_empty() { Ok(layer) } else { Err(format!("{kind} takes no options, found {}", words.join(" "))) }
    };
    match kind {
        "conv" => conv(&words),
        "norm" => bare(Layer::Norm),
        "relu" => bare(Layer::Relu),
        "flatten" => bare(Layer::Flatten),
        "pool" => match words[..] {
            [size] => Ok(Layer::Pool(number(size, "the side of the pool", 2)?)),
            _ => Err("pool takes the side of its squares, as in pool 2".into()),
        },
        "dense" => match words[..] {
            [outputs] => Ok(Layer::Dense { outputs: number(outputs, "the number of units", 1)?, bias: true }),
            [outputs, "nobias"] => {
                Ok(Layer::Dense { outputs: number(outputs, "the number of units", 1)?, bias: false })
            }
            _ => Err("dense takes a number of units and maybe nobias, as in dense 64".into()),
        },
        _ => Err(format!("unknown layer {kind:?}; the layers are conv, norm, relu, pool, flatten, dense")),
    }
}

fn conv(words: &[&str]) -> Result<Layer, String> {
    let (outputs, options) =
        words.split_first().ok_or("conv takes a number of channels and a kernel, as in conv 8 k7")?;
    let outputs = number(outputs, "the number of channels", 1)?;
    let (mut kernel, mut padding) = (None, None);
    let (mut stride, mut dilation, mut groups, mut bias) = (1, 1, 1, true);
    for option in options {
        let (letter, value) = option.split_at_checked(1).unwrap_or((option, ""));
        match letter {
            _ if *option == "nobias" => bias = false,
            "k" => kernel = Some(number(value, "the kernel", 1)?),
            "s" => stride = number(value, "the stride", 1)?,
            "p" => padding = Some(number(value, "the padding", 0)?),
            "d" => dilation = number(value, "the dilation", 1)?,
            "g" => groups = number(value, "the number of groups", 1)?,
            _ => {
                return Err(format!(
                    "unknown option {option:?}; the options are k, s, p, d, g with a number, and nobias"
                ));
            }
        }
    }
    let kernel = kernel.ok_or("the kernel is missing; add it as in k7")?;
    let padding = padding.unwrap_or(same_padding(kernel, dilation));
    Ok(Layer::Conv(Conv { outputs, kernel, stride, padding, dilation, groups, bias }))
}

fn number(text: &str, what: &str, least: usize) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(value) if (least..=MOST).contains(&value) => Ok(value),
        _ => Err(format!("{what} is {text:?}; use a whole number from {least} to {MOST}")),
    }
}
