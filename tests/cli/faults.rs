//! Faults that come from outside: files that cannot be read or written, disks that are full, readers that go away, and
//! what a stranger may put into a folder to hold a run up.

use std::fmt::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{DUPLICATE, GOOD, Run, finish, folder_of, program, run, say_skipped, scratch};

/// What no run here may take: one that waits for a pipe, or reads a device to its end, takes for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A description that `--fix --unsafe-fixes` changes.
const FIXABLE: &str =
    "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\nservers: [{url: 'http://api.parcels.io'}]\npaths: {}\n";
const FIXED: &str =
    "openapi: 3.0.3\ninfo: {title: Parcels, version: '1'}\nservers: [{url: 'https://api.parcels.io'}]\npaths: {}\n";

const FIX: [&str; 3] = ["check", "--fix", "--unsafe-fixes"];

/// A run that ends in time, whatever it meets.
#[track_caller]
fn in_time(mut command: Command) -> Run {
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| std::fs::File::create(out.path().join(name)).unwrap();
    command.stdin(Stdio::null()).stdout(file("out")).stderr(file("err"));
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it does not end: {command:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
    let run = Run { status: status.code().unwrap_or(-1), stdout: text("out"), stderr: text("err") };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// The same, with no more memory than a small machine has: an endless file ends the run instead of the machine.
fn bounded(folder: &Path, arguments: &[&str]) -> Run {
    let inner = program(folder, arguments);
    let mut command = Command::new("sh");
    command.current_dir(folder).args(["-c", "ulimit -v 4000000; exec \"$@\"", "sh"]);
    command.arg(inner.get_program()).args(inner.get_args());
    in_time(command)
}

#[track_caller]
fn says(run: &Run, status: i32, part: &str) {
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(run.status == status && said.contains(part), "{}: {said}", run.status);
}

/// The names in a folder, but for the mark of its root.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|name| name != ".git").collect();
    names.sort();
    names
}

/// A folder whose one description is whole, with nothing beside it.
#[track_caller]
fn holds(folder: &Path, text: &str) {
    assert_eq!(names(folder), ["api.yaml"]);
    assert_eq!(std::fs::read_to_string(folder.join("api.yaml")).unwrap(), text);
}

#[test]
#[cfg(target_os = "linux")]
fn an_output_that_is_full_is_an_error_of_use() {
    if !Path::new("/dev/full").exists() {
        return say_skipped("there is no /dev/full");
    }
    let folder = folder_of(&[("api.yaml", GOOD)]);
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let commands: [&[&str]; 6] = [
        &["check"],
        &["check", "--format", "json"],
        &["lints"],
        &["schema", "output"],
        &["check", "--help"],
        &["--version"],
    ];
    for arguments in commands {
        let mut command = program(folder.path(), arguments);
        let output = command.stdin(Stdio::null()).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: cannot write to standard output: "), "{arguments:?}: {stderr}");
    }
    says(&run(folder.path(), &["check", "--output", "/dev/full"]), 2, "--output: cannot write `/dev/full`");
    // Nobody hears the summary, and the findings count all the same.
    let mut command = program(folder.path(), &["check"]);
    assert!(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(full()).status().unwrap().success());
}

#[test]
fn no_reader_of_any_command_is_an_error() {
    let folder = folder_of(&[("api.yaml", FIXABLE)]);
    let commands: [&[&str]; 8] = [
        &["--help"],
        &["lints"],
        &["explain", "transport/http-server"],
        &["schema", "config"],
        &["completions", "bash"],
        &["check", "--show-settings"],
        &["check", "--format", "json", "--fail-on", "never"],
        &["debug", "tree", "api.yaml"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = program(folder.path(), arguments);
        let output = command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && !stderr.contains("panic"), "{arguments:?}: {:?} {stderr}", output.status);
        // Nor is one of standard error.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = program(folder.path(), arguments);
        assert!(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(writer).status().unwrap().success());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_leaves_the_original() {
    let folder = folder_of(&[]);
    let mount = |arguments: &[&std::ffi::OsStr]| Command::new("mount").args(arguments).stderr(Stdio::null()).status();
    let tmpfs = ["-t", "tmpfs", "-o", "size=16k", "tmpfs"].map(std::ffi::OsStr::new);
    if !mount(&[&tmpfs[..], &[folder.path().as_os_str()]].concat()).is_ok_and(|status| status.success()) {
        return say_skipped("this user may mount nothing");
    }
    let _unmount = Unmount(folder.path());
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let large = format!("{FIXABLE}x-note: {}\n", "a".repeat(9_000));
    std::fs::write(folder.path().join("api.yaml"), &large).unwrap();
    says(&run(folder.path(), &FIX), 2, "error: --fix: cannot write `");
    holds(folder.path(), &large);
    std::fs::write(folder.path().join("api.yaml"), FIXABLE).unwrap();
    says(&run(folder.path(), &FIX), 0, "fixed: 1 finding");
}

/// Takes a file system away again, also when a test fails.
struct Unmount<'f>(&'f Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_write_that_is_cut_off_leaves_the_original() {
    let folder = folder_of(&[("api.yaml", FIXABLE)]);
    // The system refuses to write, with an error or, where that is not asked for, with a signal that ends the run.
    for (prepare, leftovers) in [("trap '' XFSZ; ulimit -f 0", 0), ("ulimit -f 0", 1)] {
        let inner = program(folder.path(), &FIX);
        let mut command = Command::new("sh");
        command.current_dir(folder.path()).args(["-c", &format!("{prepare}; exec \"$@\""), "sh"]);
        command.arg(inner.get_program()).args(inner.get_args());
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        assert_eq!(std::fs::read_to_string(folder.path().join("api.yaml")).unwrap(), FIXABLE);
        assert_eq!(names(folder.path()).len(), 1 + leftovers, "{:?}", names(folder.path()));
    }
}

#[test]
fn what_a_killed_run_left_is_in_nobodys_way() {
    let folder = folder_of(&[("api.yaml", FIXABLE)]);
    // In a container every run has the same process id. `exec` keeps the one that the shell knows.
    let left = "for at in 0 1 2; do echo left > .apiward.$$.$at.tmp; done; exec \"$@\"";
    let inner = program(folder.path(), &FIX);
    let mut command = Command::new("sh");
    command.current_dir(folder.path()).args(["-c", left, "sh"]).arg(inner.get_program()).args(inner.get_args());
    says(&in_time(command), 0, "fixed: 1 finding in 1 file");
    assert_eq!(std::fs::read_to_string(folder.path().join("api.yaml")).unwrap(), FIXED);
    assert_eq!(names(folder.path()).len(), 4);
}

#[test]
fn what_a_run_left_long_ago_is_cleared_away_with_the_next_write() {
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    let left = |folder: &Path, name: &str| {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        file.set_modified(long_ago).unwrap();
    };
    for arguments in [&FIX[..], &["check", "--output", "report.txt", "--fail-on", "never"]] {
        let folder = folder_of(&[("api.yaml", FIXABLE), (".apiward.2.0.tmp", "of a run that goes on")]);
        let folder = folder.path();
        left(folder, ".apiward.1.0.tmp");
        left(folder, ".apiward.notes.tmp");
        std::os::unix::fs::symlink("api.yaml", folder.join(".apiward.3.0.tmp")).unwrap();
        assert_eq!(in_time(program(folder, arguments)).status, 0);
        let names = names(folder);
        let there = |name: &str| names.iter().any(|other| other == name);
        assert!(!there(".apiward.1.0.tmp"), "{arguments:?} {names:?}");
        assert!([".apiward.2.0.tmp", ".apiward.3.0.tmp", ".apiward.notes.tmp"].into_iter().all(there), "{names:?}");
    }
}

#[test]
fn an_interrupt_leaves_every_file_whole() {
    let folder = scratch();
    let text = |at: usize, scheme: &str| {
        FIXABLE.replace("http://api", &format!("{scheme}://api{at}")) + &format!("x-note: {}\n", "a".repeat(100_000))
    };
    for at in 0..20 {
        std::fs::write(folder.path().join(format!("{at}.yaml")), text(at, "http")).unwrap();
    }
    for wait in [20, 60, 120, 240, 400, 700] {
        let mut command = program(folder.path(), &FIX);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status();
        child.wait().unwrap();
        for at in 0..20 {
            let now = std::fs::read_to_string(folder.path().join(format!("{at}.yaml"))).unwrap();
            assert!(now == text(at, "http") || now == text(at, "https"), "{at} is broken after {wait} ms");
        }
    }
}

#[test]
fn permissions_are_kept_and_read_only_folders_respected() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = folder_of(&[("api.yaml", FIXABLE)]);
    let file = folder.path().join("api.yaml");
    mode(&file, 0o640);
    let other = chown(&file, Some(65_534), Some(65_534)).is_ok();
    says(&run(folder.path(), &FIX), 0, "fixed: 1 finding");
    let metadata = std::fs::metadata(&file).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o640);
    if !other {
        return say_skipped("this user may give files to nobody");
    }
    assert_eq!(
        (metadata.uid(), metadata.gid()),
        (65_534, 65_534),
        "a container that fixes leaves the files to their owner"
    );

    // Another user, for whom permissions count.
    let nobody = |arguments: &[&str]| {
        let inner = program(folder.path(), arguments);
        let mut command = Command::new("setpriv");
        command.current_dir(folder.path()).args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
        command.arg(reachable(folder.path())).args(inner.get_args());
        in_time(command)
    };
    if !Command::new("setpriv").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return say_skipped("there is no setpriv");
    }
    std::fs::write(&file, FIXABLE).unwrap();
    mode(folder.path(), 0o555);
    says(&nobody(&FIX), 2, "error: --fix: cannot write `");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FIXABLE);
    says(
        &nobody(&["check", "--output", "new.txt"]),
        2,
        "--output: cannot write `new.txt`: no permission to write there",
    );
    mode(folder.path(), 0o755);
    let root = "openapi: 3.0.3\npaths: {/a: {$ref: 'locked/part.yaml'}, /b: {$ref: 'secret.yaml'}}\n";
    std::fs::write(&file, root).unwrap();
    std::fs::create_dir(folder.path().join("locked")).unwrap();
    std::fs::write(folder.path().join("secret.yaml"), "get: {}\n").unwrap();
    std::fs::write(folder.path().join("locked/part.yaml"), "get: {}\n").unwrap();
    for closed in ["secret.yaml", "locked"] {
        mode(&folder.path().join(closed), 0o000);
    }
    let found = nobody(&["check", "api.yaml", "--format", "concise", "--select", "document"]);
    says(&found, 1, "`locked/part.yaml` cannot be opened: no permission to read it");
    says(&found, 1, "`secret.yaml` cannot be opened: no permission to read it");
    says(&nobody(&["check"]), 2, "cannot read `./locked`: no permission to read it");
    says(&nobody(&["check", "secret.yaml"]), 2, "cannot read `secret.yaml`: no permission to read it");
}

/// The program where every user may run it.
fn reachable(folder: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let copy = folder.join(".git/apiward");
    if !copy.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_apiward"), &copy).unwrap();
    }
    copy
}

/// Makes a pipe that nobody writes to; nothing where the system cannot.
fn pipe(path: &Path) -> Option<()> {
    Command::new("mkfifo").arg(path).status().is_ok_and(|status| status.success()).then_some(())
}

#[test]
fn devices_pipes_and_links_in_a_folder_hold_nothing_up() {
    let folder = folder_of(&[("api.yaml", GOOD), ("sub/api.yaml", GOOD)]);
    let link = |to: &str, name: &str| symlink(to, folder.path().join(name)).unwrap();
    link("/dev/zero", "zero.yaml");
    link("/dev/stdin", "stdin.json");
    link("/proc/self/fd/0", "fd.yml");
    link("self.yaml", "self.yaml");
    link("two.yaml", "one.yaml");
    link("one.yaml", "two.yaml");
    link("..", "sub/up");
    link("gone.yaml", "dangling.yaml");
    let _listens = std::os::unix::net::UnixListener::bind(folder.path().join("socket.yaml")).unwrap();
    if pipe(&folder.path().join("pipe.yaml")).is_none() {
        return say_skipped("there is no mkfifo");
    }
    says(&bounded(folder.path(), &["check"]), 0, "checked 2 files with 0 operations: no findings");
    for (name, why) in [
        ("zero.yaml", "it is no regular file"),
        ("pipe.yaml", "it is no regular file"),
        ("socket.yaml", "it is no regular file"),
        ("self.yaml", "cannot read `self.yaml`"),
        ("one.yaml", "cannot read `one.yaml`"),
        ("dangling.yaml", "no such file or folder"),
    ] {
        says(&bounded(folder.path(), &["check", name]), 2, why);
    }
    // Configurations are found by their names, and so are pipes of these names.
    link("/dev/zero", "apiward.yaml");
    pipe(&folder.path().join("sub/apiward.yaml")).unwrap();
    says(&bounded(folder.path(), &["check"]), 0, "checked 2 files");
}

#[test]
fn files_that_exclude_others_are_bounded_too() {
    let endless = |at: &str| {
        let folder = folder_of(&[("api.yaml", DUPLICATE), ("sub/api.yaml", GOOD)]);
        symlink("/dev/zero", folder.path().join(at)).unwrap();
        folder
    };
    let top = endless(".gitignore");
    says(&bounded(top.path(), &["check"]), 2, "cannot read `.`: its `.gitignore` is no regular file");
    says(&bounded(top.path(), &["check", "sub"]), 2, "cannot read `sub`: its `.gitignore` is no regular file");
    says(&bounded(top.path(), &["check", "sub/api.yaml"]), 0, "checked 1 file");
    let below = endless("sub/.ignore");
    let run = bounded(below.path(), &["check"]);
    says(&run, 2, "cannot read `./sub`: its `.ignore` is no regular file");
    says(&run, 2, "document/duplicate-key");

    let folder = folder_of(&[("api.yaml", GOOD)]);
    if pipe(&folder.path().join(".gitignore")).is_none() {
        return say_skipped("there is no mkfifo");
    }
    says(&bounded(folder.path(), &["check"]), 2, "its `.gitignore` is no regular file");
    std::fs::remove_file(folder.path().join(".gitignore")).unwrap();
    std::fs::write(folder.path().join(".gitignore"), "*.txt\n".repeat(50_000)).unwrap();
    says(&bounded(folder.path(), &["check"]), 2, "its `.gitignore` is larger than 256 KiB");
    std::fs::remove_file(folder.path().join(".gitignore")).unwrap();
    // What a person excludes for themself does not count, and is not read.
    std::fs::create_dir(folder.path().join(".git/info")).unwrap();
    symlink("/dev/zero", folder.path().join(".git/info/exclude")).unwrap();
    says(&bounded(folder.path(), &["check"]), 0, "checked 1 file");
}

#[test]
fn references_open_nothing_but_files_inside_the_root() {
    let outside = folder_of(&[("secret.yaml", "X: {$ref: '#/Y'}\n")]);
    let folder = folder_of(&[("d/part.yaml", "X: {}\n"), ("Part.yaml", "X: {description: x}\n")]);
    let link = |to: &Path, name: &str| symlink(to, folder.path().join(name)).unwrap();
    link(Path::new("/dev/zero"), "zero.yaml");
    link(&outside.path().join("secret.yaml"), "file.yaml");
    link(outside.path(), "folder");
    link(Path::new("self.yaml"), "self.yaml");
    if pipe(&folder.path().join("pipe.yaml")).is_none() {
        return say_skipped("there is no mkfifo");
    }
    let absolute = folder.path().join("d/part.yaml").display().to_string();
    let up = format!("../{}/secret.yaml", outside.path().file_name().unwrap().to_str().unwrap());
    let (out, unresolved) = ("document/reference-outside-root", "document/unresolved-reference");
    for (to, lint) in [
        ("/dev/zero", out),
        ("../../../../../../../../dev/zero", out),
        ("zero.yaml", out),
        ("file.yaml#/X", out),
        ("folder/secret.yaml#/X", out),
        (&*absolute, out),
        (&*up, out),
        (&*up.replace('/', "\\"), out),
        ("C:/Windows/win.ini", out),
        ("c:part.yaml", out),
        ("\\\\host\\share\\part.yaml", out),
        ("d\\..\\..\\x.yaml", out),
        ("file:///etc/hostname", out),
        ("FILE:///etc/hostname", out),
        ("pipe.yaml", unresolved),
        ("self.yaml", unresolved),
        ("d", unresolved),
        ("d/", unresolved),
        ("part.yaml#/X", unresolved),
        ("d/part.yaml\u{0}.yaml", unresolved),
        ("d/part.yaml/x.yaml", unresolved),
    ] {
        let text =
            serde_json::json!({"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {"200": {"$ref": to}}}}}});
        std::fs::write(folder.path().join("api.json"), text.to_string()).unwrap();
        let run = bounded(folder.path(), &["check", "api.json", "--format", "concise", "--select", "document"]);
        assert_eq!(run.status, 1, "{to}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(lint) && run.stdout.lines().count() == 1, "{to}: {}", run.stdout);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_no_unicode_stay_apart() {
    use std::os::unix::ffi::OsStrExt;

    let folder = scratch();
    let name = |bytes: &[u8]| folder.path().join(std::ffi::OsStr::from_bytes(bytes));
    for bytes in [&b"a\xff.yaml"[..], b"a\xfe.yaml"] {
        std::fs::write(name(bytes), FIXABLE).unwrap();
    }
    let found = run(folder.path(), &["check", "--format", "concise"]);
    says(&found, 1, "a\\xfe.yaml:3:17: error[transport/http-server]");
    says(&found, 1, "a\\xff.yaml:3:17: error[transport/http-server]");
    let listed = finish(program(folder.path(), &["check", "--files-from", "-"]), b"a\xff.yaml\0");
    says(&listed, 1, "checked 1 file with 0 operations: 1 error");
    says(&run(folder.path(), &FIX), 0, "fixed: 2 findings in 2 files");
    for bytes in [&b"a\xff.yaml"[..], b"a\xfe.yaml"] {
        assert_eq!(std::fs::read_to_string(name(bytes)).unwrap(), FIXED);
    }
    // Folders, references to such files, and outputs.
    std::fs::create_dir(name(b"d\xff")).unwrap();
    std::fs::write(name(b"d\xff/api.yaml"), DUPLICATE).unwrap();
    for format in ["json", "sarif", "gitlab", "github", "junit", "rdjson", "markdown", "html", "pretty"] {
        let run = bounded(folder.path(), &["check", "--format", format, "--fail-on", "never"]);
        assert_eq!(run.status, 0, "{format}: {}", run.stderr);
    }
}

#[test]
fn paths_that_are_as_long_as_can_be() {
    let folder = scratch();
    let long = "l".repeat(250);
    let file = folder.path().join(format!("{long}.yaml"));
    std::fs::write(&file, FIXABLE).unwrap();
    says(&run(folder.path(), &FIX), 0, "fixed: 1 finding in 1 file");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FIXED);
    // Deeper than any path may be: a tree is moved to the bottom of another.
    let down = [long.as_str(); 12].join("/");
    for top in ["one", "two"] {
        std::fs::create_dir_all(folder.path().join(top).join(&down)).unwrap();
    }
    std::fs::write(folder.path().join("two").join(&down).join("api.yaml"), GOOD).unwrap();
    std::fs::rename(folder.path().join("two"), folder.path().join("one").join(&down).join("two")).unwrap();
    let found = in_time(program(folder.path(), &["check", ".", "--format", "json"]));
    assert!(found.status == 2 && found.stdout.contains("document/unreadable"), "{} {}", found.status, found.stderr);
    let named = "x/".repeat(40_000);
    says(&in_time(program(folder.path(), &["check", &named, "--format", "concise"])), 2, "cannot read `x/x/");
    let text =
        format!("openapi: 3.0.3\npaths: {{/a: {{$ref: '{named}y.yaml'}}, /b: {{$ref: '{}.yaml'}}}}\n", "y".repeat(300));
    std::fs::write(folder.path().join("api.yaml"), text).unwrap();
    let found = in_time(program(folder.path(), &["check", "api.yaml", "--select", "document", "--format", "json"]));
    assert_eq!(found.json()["summary"]["by_lint"]["document/unresolved-reference"], 2, "{}", found.stdout);
    // The folder is taken away as it was built.
    std::fs::rename(folder.path().join("one").join(&down).join("two"), folder.path().join("two")).unwrap();
}

#[test]
fn files_that_vanish_and_grow_meanwhile() {
    let folder = scratch();
    let place = |at: usize| folder.path().join(format!("{at}.yaml"));
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut text = FIXABLE.to_owned();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                writeln!(text, "x-{}: 1", text.len()).unwrap();
                for at in 0..30 {
                    let _ = std::fs::write(place(at), &text);
                }
                (0..30).step_by(2).for_each(|at| drop(std::fs::remove_file(place(at))));
            }
        });
        for arguments in [&["check"][..], &["check", "--format", "json"], &FIX] {
            for _ in 0..10 {
                let run = in_time(program(folder.path(), arguments));
                assert!((0..3).contains(&run.status), "{}", run.stderr);
                assert!(!run.stdout.contains("fault in apiward"), "{}", run.stdout);
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_file_without_an_end_is_read_up_to_the_limit() {
    let folder = folder_of(&[("api.yaml", GOOD), ("apiward.yaml", "limits: {file_bytes: 1000000}\n")]);
    let file = std::fs::File::options().append(true).open(folder.path().join("api.yaml")).unwrap();
    // It has holes: the disk has not as much.
    file.set_len(1 << 40).unwrap();
    let run = bounded(folder.path(), &["check", "--format", "json"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert_eq!(run.json()["summary"]["by_lint"]["document/limit-exceeded"], 1, "{}", run.stdout);
}

/// A folder with as many files, one in a hundred of which is a description.
fn crowded(count: usize) -> Duration {
    let folder = scratch();
    for at in 0..count {
        if at % 1_000 == 0 {
            std::fs::create_dir(folder.path().join(format!("d{}", at / 1_000))).unwrap();
        }
        let text = if at % 100 == 0 { GOOD } else { "kind: Deployment\nmetadata: {name: parcels}\n" };
        std::fs::write(folder.path().join(format!("d{}/f{at}.yaml", at / 1_000)), text).unwrap();
    }
    let start = Instant::now();
    let run = in_time(program(folder.path(), &["check"]));
    says(&run, 0, &format!("checked {} files with 0 operations: no findings", count / 100));
    start.elapsed()
}

#[test]
fn a_crowded_folder_costs_what_its_files_cost() {
    let (few, many) = (crowded(1_000), crowded(10_000));
    // The square would be a hundred times as long.
    assert!(many < few * 30 + Duration::from_secs(5), "{few:?}, then {many:?}");
}

#[test]
#[ignore = "it writes 100,000 files; run it by hand"]
fn a_hundred_thousand_files() {
    let took = crowded(100_000);
    assert!(took < PATIENCE, "{took:?}");
}
