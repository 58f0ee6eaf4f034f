//! Purpose: turns every message of `locales/` into a Rust function with its arguments as parameters, so that a
//! missing key, a missing argument or a language that lacks a message stops the build. Also takes the starter
//! configuration of `bot-config/` into the program, so that the sandbox runs from any folder.
//!
//! Invariant: each locale folder has the same keys, and each key the same arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// What one message of one locale says: its text as written and the variables it uses.
struct Message {
    written: String,
    variables: BTreeSet<String>,
}

type Locale = BTreeMap<String, Message>;

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".into());
    let locales = Path::new(&root).join("locales");
    println!("cargo::rerun-if-changed={}", locales.display());
    println!("cargo::rerun-if-changed=src/i18n/build.rs");
    let mut problems = Vec::new();
    let read = read_locales(&locales, &mut problems);
    compare(&read, &mut problems);
    if !problems.is_empty() {
        for problem in problems {
            println!("cargo::error={problem}");
        }
        process::exit(1);
    }
    let out = env::var("OUT_DIR").unwrap_or_else(|_| ".".into());
    let written = fs::write(Path::new(&out).join("say.rs"), functions(&read))
        .and_then(|()| fs::write(Path::new(&out).join("sources.rs"), sources(&locales)))
        .and_then(|()| {
            fs::write(Path::new(&out).join("starter.rs"), starter(&Path::new(&root).join("bot-config")))
        });
    if let Err(error) = written {
        println!("cargo::error=can't write the generated files: {error}");
        process::exit(1);
    }
}

/// The `.ftl` files of one locale folder, sorted by name.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ftl"))
        .collect();
    files.sort();
    files
}

fn folders(locales: &Path) -> Vec<(String, std::path::PathBuf)> {
    let mut folders: Vec<_> = fs::read_dir(locales)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect();
    folders.sort();
    folders
}

fn read_locales(locales: &Path, problems: &mut Vec<String>) -> BTreeMap<String, Locale> {
    let mut all = BTreeMap::new();
    for (language, folder) in folders(locales) {
        let mut messages = Locale::new();
        for path in files(&folder) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            match fluent_syntax::parser::parse(text.as_str()) {
                Ok(resource) => read_entries(&resource.body, &path, &mut messages, problems),
                Err((_, errors)) => problems.extend(
                    errors.iter().map(|e| format!("{}: byte {}: {}", path.display(), e.pos.start, e.kind)),
                ),
            }
        }
        all.insert(language, messages);
    }
    all
}

fn read_entries(body: &[Entry<&str>], path: &Path, messages: &mut Locale, problems: &mut Vec<String>) {
    for entry in body {
        let Entry::Message(message) = entry else { continue };
        let key = message.id.name.to_owned();
        let Some(pattern) = &message.value else {
            problems.push(format!("{}: `{key}` has no text", path.display()));
            continue;
        };
        let mut read = Message { written: String::new(), variables: BTreeSet::new() };
        read_pattern(pattern, &mut read);
        if messages.insert(key.clone(), read).is_some() {
            problems.push(format!("{}: `{key}` is there twice", path.display()));
        }
    }
}

fn read_pattern(pattern: &Pattern<&str>, message: &mut Message) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => message.written.push_str(value),
            PatternElement::Placeable { expression } => read_expression(expression, message),
        }
    }
}

fn read_expression(expression: &Expression<&str>, message: &mut Message) {
    match expression {
        Expression::Inline(inline) => read_inline(inline, message),
        Expression::Select { selector, variants } => {
            read_inline(selector, message);
            for variant in variants {
                message.written.push_str(" | ");
                read_pattern(&variant.value, message);
            }
        }
    }
}

fn read_inline(inline: &InlineExpression<&str>, message: &mut Message) {
    match inline {
        InlineExpression::VariableReference { id } => {
            message.variables.insert(id.name.to_owned());
            let _ = write!(message.written, "{{{}}}", id.name);
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                read_inline(argument, message);
            }
        }
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
            message.written.push_str(value);
        }
        InlineExpression::Placeable { expression } => read_expression(expression, message),
        InlineExpression::MessageReference { .. } | InlineExpression::TermReference { .. } => {}
    }
}

fn compare(all: &BTreeMap<String, Locale>, problems: &mut Vec<String>) {
    let keys: BTreeSet<&String> = all.values().flat_map(BTreeMap::keys).collect();
    for key in keys {
        let mut first: Option<(&str, &BTreeSet<String>)> = None;
        for (language, messages) in all {
            let Some(message) = messages.get(key) else {
                problems.push(format!("locales/{language} lacks the message `{key}`"));
                continue;
            };
            match first {
                None => first = Some((language, &message.variables)),
                Some((other, variables)) if *variables != message.variables => problems.push(format!(
                    "`{key}` uses {variables:?} in {other} but {:?} in {language}",
                    message.variables
                )),
                Some(_) => {}
            }
        }
    }
}

fn functions(all: &BTreeMap<String, Locale>) -> String {
    let mut out = String::from("use super::{Text, Value};\n\n");
    let Some((_, messages)) = all.iter().next() else { return out };
    for (key, message) in messages {
        let name = key.replace('-', "_");
        for (language, others) in all {
            let written = others.get(key).map(|m| m.written.replace('\n', " ")).unwrap_or_default();
            let _ = writeln!(out, "#[doc = {:?}]", format!("{language}: `{}`\n", written.replace('`', "'")));
        }
        let parameters: Vec<String> = message
            .variables
            .iter()
            .map(|variable| format!("{}: impl Into<Value>", variable.replace('-', "_")))
            .collect();
        let pairs: Vec<String> = message
            .variables
            .iter()
            .map(|variable| format!("({variable:?}, {}.into())", variable.replace('-', "_")))
            .collect();
        let _ = writeln!(
            out,
            "#[must_use]\npub fn {name}({}) -> Text {{ Text::new({key:?}, vec![{}]) }}\n",
            parameters.join(", "),
            pairs.join(", ")
        );
    }
    let keys: Vec<String> = messages.keys().map(|key| format!("{key:?}")).collect();
    let _ = writeln!(out, "/// Every key, sorted.\npub const KEYS: &[&str] = &[{}];", keys.join(", "));
    out
}

/// A Rust array of (language, file text), for the run-time bundles.
fn sources(locales: &Path) -> String {
    let mut out = String::from("&[\n");
    for (language, folder) in folders(locales) {
        for path in files(&folder) {
            let _ = writeln!(out, "    ({language:?}, include_str!({:?})),", path.display().to_string());
        }
    }
    out.push(']');
    out
}

/// A Rust array of (path within the folder, file text) of every TOML, JSON and Markdown file in a configuration folder.
fn starter(folder: &Path) -> String {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ending == "toml" || ending == "md" || ending == "json")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    let mut out = String::from("&[\n");
    for path in found {
        let inside = path.strip_prefix(folder).unwrap_or(&path).display().to_string().replace('\\', "/");
        let _ = writeln!(out, "    ({inside:?}, include_str!({:?})),", path.display().to_string());
    }
    out.push(']');
    out
}
