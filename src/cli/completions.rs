//! `heyroom completions` and `heyroom man`: generated from the definition of the command line.

use clap::Args;
use clap_complete::Shell;

use super::Status;

/// Print a completion script for a shell.
///
/// For example: heyroom completions bash > /etc/bash_completion.d/heyroom
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete in
    shell: Shell,
}

/// Print the manual page (troff).
///
/// For example: heyroom man > /usr/local/share/man/man1/heyroom.1
#[derive(Debug, Args)]
pub struct ManArgs {}

pub fn run(args: &CompletionsArgs) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "heyroom", &mut script);
    script.extend_from_slice(super::room_completion::addition(args.shell).as_bytes());
    std::io::Write::write_all(&mut std::io::stdout(), &script)?;
    Ok(Status::Done)
}

pub fn man(_: &ManArgs) -> anyhow::Result<Status> {
    let mut page = Vec::new();
    clap_mangen::Man::new(super::command()).render(&mut page)?;
    for sub in super::command().get_subcommands() {
        let sub = sub.clone().name(format!("heyroom-{}", sub.get_name()));
        let man = clap_mangen::Man::new(sub);
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    std::io::Write::write_all(&mut std::io::stdout(), &page)?;
    Ok(Status::Done)
}
