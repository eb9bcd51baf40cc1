//! What the TOML reader says of a settings file, in the words of somebody who writes settings.

/// The problem in plain words, with the way out; what is not known here stays as the reader words it. The value itself
/// is never in it, as it may be a secret.
pub(super) fn problem(message: &str) -> String {
    if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "))
    {
        return wrong_kind(found, expected);
    }
    if let Some((variant, known)) =
        message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("this cannot be {variant}; it can be {known}");
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("{field} is missing in this section: add it");
    }
    let plain = match message {
        "string values must be quoted, expected literal string" => {
            "a text must stand in quotes; true and false are written in small letters, without quotes"
        }
        "duplicate key" => "this stands here for the second time: remove one of the two",
        "key with no value, expected `=`" => "a setting is written: name = value",
        "unclosed table, expected `]`" => "the ] behind the name of the section is missing",
        "invalid basic string, expected `\"`" => "the quotation mark behind the text is missing",
        "invalid socket address syntax" => return format!("{ADDRESS} is needed"),
        other if other.contains("unicode") || other.contains("escape") => {
            "a \\ between double quotation marks has a meaning of its own: write \\\\, or put the text in single \
             ones ('C:\\folder')"
        }
        other => other,
    };
    plain.to_owned()
}

const ADDRESS: &str = "an address with a port, such as \"127.0.0.1:8770\",";

fn wrong_kind(found: &str, expected: &str) -> String {
    let is_text = found.starts_with("string ");
    let (wanted, way_out) = match expected {
        "a string" | "path string" => ("a text", if is_text { "" } else { ": put it in quotes" }),
        "a boolean" => ("true or false", if is_text { ", without quotes" } else { "" }),
        "a sequence" => ("a list", ": put it in brackets, such as [\"one\", \"two\"]"),
        "socket address" => (ADDRESS, ""),
        "u8" => ("a whole number from 0 to 255", if is_text { ", without quotes" } else { "" }),
        "u16" => ("a whole number from 0 to 65535", if is_text { ", without quotes" } else { "" }),
        "u32" | "u64" | "usize" => {
            ("a whole number that is not negative", if is_text { ", without quotes" } else { "" })
        }
        "f32" | "f64" => ("a number", if is_text { ", without quotes" } else { "" }),
        section if section.starts_with("struct ") || section == "a map" => {
            ("a section", ": write its name in brackets on a line, and its settings below")
        }
        other => return format!("{other} is needed here"),
    };
    format!("{wanted} is needed here{way_out}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_reader_become_plain() {
        for (message, plain) in [
            ("invalid type: string \"5\", expected f64", "a number is needed here, without quotes"),
            ("invalid type: integer `1234`, expected a string", "a text is needed here: put it in quotes"),
            ("invalid value: integer `300`, expected u8", "a whole number from 0 to 255 is needed here"),
            (
                "unknown variant `x`, expected `spoken` or `text`",
                "this cannot be `x`; it can be `spoken` or `text`",
            ),
            ("missing field `host`", "`host` is missing in this section: add it"),
            ("something new", "something new"),
        ] {
            assert_eq!(problem(message), plain);
        }
    }
}
