//! `check --show-settings`: what applies to each file, and where that is said.

use std::io::{self, Write};

use apiward_model::relative;

use super::Config;
use crate::check::Settings;
use crate::discover::{Found, Input};
use crate::render::inert;

/// Writes what applies to each file that would be looked at.
pub(crate) fn settings(found: &Found, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
    for input in &found.inputs {
        writeln!(out, "{}", inert(&input.path))?;
        if let Some(config) = &input.config {
            configured(input, config, settings, out)?;
        } else {
            let from = if settings.profile_given { "--profile" } else { "the default" };
            writeln!(out, "  configuration: none")?;
            writeln!(out, "  profile: {} ({from})", settings.profile.as_str())?;
        }
    }
    for (_, path) in &found.excluded {
        writeln!(out, "{}\n  excluded", inert(path))?;
    }
    Ok(())
}

fn configured(input: &Input, config: &Config, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
    let overrides = config.overrides_of(&input.path);
    let engine = config.engine(settings, &overrides);
    writeln!(out, "  configuration: {}", inert(&relative(&config.file, &input.root)))?;
    let from = match config.profile(&overrides) {
        _ if settings.profile_given => "--profile".to_owned(),
        Some((_, place)) => place.title(),
        None => "the default".to_owned(),
    };
    writeln!(out, "  profile: {} ({from})", engine.profile.as_str())?;
    for rule in config.rules.iter().filter(|own| config.rule(own.lint.id, &overrides).is_none()) {
        let level = engine.level_of(rule.lint).map_or("off", |level| level.as_str());
        writeln!(out, "  {}: {level} ({})", rule.lint.id, rule.place.title())?;
    }
    for lint in settings.lints.iter().copied().chain(config.custom_lints()) {
        let Some(rule) = config.rule(lint.id, &overrides) else { continue };
        let level = engine.level_of(lint).map_or("off", |level| level.as_str());
        let fixed = if rule.fixed { ", fixed" } else { "" };
        writeln!(out, "  {}: {level}{fixed} ({})", lint.id, rule.place.title())?;
    }
    for (change, place) in &config.changes {
        let added = change.add.iter().map(|entry| format!("+{entry}"));
        let removed = change.remove.iter().map(|entry| format!("-{entry}"));
        let all: Vec<String> = added.chain(removed).collect();
        writeln!(out, "  word list {} ({}): {}", change.list, place.title(), inert(&all.join(" ")))?;
    }
    for rule in &config.ignore {
        writeln!(out, "  ignores {} ({}): {}", rule.name, rule.because.place.title(), inert(&rule.because.reason))?;
    }
    for rule in &config.public {
        writeln!(out, "  public ({}): {}", rule.because.place.title(), inert(&rule.because.reason))?;
    }
    Ok(())
}
