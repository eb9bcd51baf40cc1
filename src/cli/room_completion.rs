//! Shell completion of `heyroom room METHOD KEY=VALUE`: what the completion script made from the command line
//! cannot know, because it depends on the method that was typed.

use std::fmt::Write;

use clap_complete::Shell;

use crate::room::{Field, Kind, MethodInfo, methods};

/// What is put behind the completion script of `shell`; nothing for shells that have no such addition.
pub fn addition(shell: Shell) -> String {
    match shell {
        Shell::Bash => bash(),
        Shell::Fish => fish(),
        _ => String::new(),
    }
}

/// `forAll=true forAll=false peerId=`
fn words(info: &MethodInfo) -> String {
    let one = |field: &Field| match field.kind {
        Kind::Boolean => format!("{0}=true {0}=false", field.name),
        Kind::Text | Kind::Integer if !field.values.is_empty() => field
            .values
            .iter()
            .map(|(value, _)| format!("{}={value}", field.name))
            .collect::<Vec<_>>()
            .join(" "),
        _ => format!("{}=", field.name),
    };
    info.params.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn with_params() -> impl Iterator<Item = &'static MethodInfo> {
    methods::methods().filter(|info| !info.params.is_empty())
}

fn bash() -> String {
    let mut script = String::from(
        "\n# The parameters of the methods of heyroom room.\n_heyroom_params() {\n    case \"$1\" in\n",
    );
    for info in with_params() {
        let _ = writeln!(script, "        {}) echo '{}' ;;", info.name, words(info));
    }
    script.push_str(
        r#"    esac
}

_heyroom_room() {
    local words="" typed="${COMP_WORDS[COMP_CWORD]}" i
    if [[ "${COMP_WORDS[1]-}" == room ]]; then
        for (( i = 2; i < COMP_CWORD; i++ )); do
            words="$(_heyroom_params "${COMP_WORDS[i]}")"
            [[ -n "$words" ]] && break
        done
    fi
    if [[ -z "$words" || "$typed" == -* || "${COMP_WORDS[COMP_CWORD-1]}" == --* ]]; then
        _heyroom "$@"
        return
    fi
    # The shell takes = as a word of its own; only what follows it is replaced.
    if [[ "$typed" == = ]]; then
        typed="${COMP_WORDS[COMP_CWORD-1]}="
    elif [[ "${COMP_WORDS[COMP_CWORD-1]}" == = ]]; then
        typed="${COMP_WORDS[COMP_CWORD-2]}=$typed"
    fi
    COMPREPLY=( $(compgen -W "$words" -- "$typed") )
    if [[ "$typed" == *=* && "$COMP_WORDBREAKS" == *=* ]]; then
        COMPREPLY=( "${COMPREPLY[@]#"${typed%%=*}="}" )
    fi
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _heyroom_room -o bashdefault -o default heyroom
"#,
    );
    script
}

fn fish() -> String {
    let mut script = String::from("\n# The methods of heyroom room and their parameters.\n");
    for info in methods::methods() {
        let doc = info.doc.split("\n\n").next().unwrap_or_default();
        let doc: String = doc.split_whitespace().collect::<Vec<_>>().join(" ").replace(['\'', '\\'], "");
        let name = info.name;
        let _ = writeln!(
            script,
            "complete -c heyroom -n '__fish_seen_subcommand_from room; and test (count (commandline -opc)) -eq 2' \
             -f -a {name} -d '{doc}'"
        );
        if !info.params.is_empty() {
            let words = words(info);
            let _ = writeln!(
                script,
                "complete -c heyroom -n '__fish_seen_subcommand_from room; and __fish_seen_subcommand_from {name}' \
                 -f -a '{words}'"
            );
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// What bash offers after these words, the last one being typed.
    fn offered(typed: &[&str]) -> Vec<String> {
        let list = typed.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let script = format!(
            "complete() {{ :; }}; compopt() {{ :; }}; _heyroom() {{ COMPREPLY=(elsewhere); }}\n{}\n\
             COMP_WORDS=({list}); COMP_CWORD={}; _heyroom_room; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            bash(),
            typed.len() - 1
        );
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    #[cfg(unix)]
    #[test]
    fn bash_offers_the_parameters_of_the_method_that_was_typed() {
        assert_eq!(offered(&["heyroom", "room", "hangUp", ""]), ["forAll=true", "forAll=false"]);
        assert_eq!(offered(&["heyroom", "room", "hangUp", "forAll", "=", "t"]), ["true"]);
        assert_eq!(offered(&["heyroom", "room", "hangUp", "forAll", "="]), ["true", "false"]);
        assert_eq!(offered(&["heyroom", "room", "createConference", "conf"]).len(), 3);
        assert_eq!(offered(&["heyroom", "room", "call", "p"]), ["peerId=", "pin="]);
        assert_eq!(offered(&["heyroom", "room", "han"]), ["elsewhere"]);
        assert_eq!(offered(&["heyroom", "room", "hangUp", "--dry"]), ["elsewhere"]);
        assert_eq!(offered(&["heyroom", "run", "--config", ""]), ["elsewhere"]);
    }
}
