//! Chromium without a window, one for all tests, spoken to over a pipe in its `DevTools` protocol.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Value, json};

use crate::tools::tool;

/// The browser ends when the pipe does, and in any case after a quarter of an hour; then its profile goes. It runs as root in
/// CI, where it has no sandbox.
const START: &str = "profile=$(mktemp -d)\n\
    timeout -k 5 900 \"$0\" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-extensions --disable-background-networking --hide-scrollbars --user-data-dir=\"$profile\" \
    --remote-debugging-pipe about:blank 3<&0 4>&1 >/dev/null 2>&1\n\
    rm -rf \"$profile\"";

struct Pipe {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    number: u64,
    _shell: Child,
}

/// The browser, for one test at a time.
pub(super) struct Browser(MutexGuard<'static, Pipe>);

impl Browser {
    /// The browser, where there is one.
    pub(super) fn get() -> Option<Self> {
        static ONE: OnceLock<Option<Mutex<Pipe>>> = OnceLock::new();
        let one = ONE.get_or_init(|| {
            let mut shell = Command::new("sh");
            shell.args(["-c", START]).arg(tool("chromium")?).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut shell = shell.spawn().unwrap();
            let (input, output) = (shell.stdin.take().unwrap(), BufReader::new(shell.stdout.take().unwrap()));
            Some(Mutex::new(Pipe { input, output, number: 0, _shell: shell }))
        });
        // A test that failed closes nothing; the next one opens a page of its own.
        one.as_ref().map(|pipe| Self(pipe.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// A new page without anything in it.
    pub(super) fn page(&mut self) -> Page<'_> {
        let mut page = Page { pipe: &mut self.0, session: None, events: VecDeque::new(), complaints: Vec::new() };
        let target = page.call("Target.createTarget", &json!({"url": "about:blank"}))["targetId"].clone();
        let attached = page.call("Target.attachToTarget", &json!({"targetId": target, "flatten": true}));
        page.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        page.look(1280, 900, "light");
        page
    }
}

/// A page of the browser.
pub(super) struct Page<'b> {
    pipe: &'b mut Pipe,
    session: Option<String>,
    events: VecDeque<String>,
    /// What the browser complained of: errors, violations of the policy, and dialogs that opened.
    pub(super) complaints: Vec<String>,
}

impl Page<'_> {
    /// Sends a command and gives its result.
    #[track_caller]
    pub(super) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let id = self.send(method, parameters);
        loop {
            let mut message = self.receive();
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].take();
            }
        }
    }

    fn send(&mut self, method: &str, parameters: &Value) -> u64 {
        self.pipe.number += 1;
        let mut message = json!({"id": self.pipe.number, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.pipe.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        self.pipe.number
    }

    fn receive(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.pipe.output.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser ended");
        let message: Value = serde_json::from_slice(&bytes).unwrap();
        if self.session.is_some() && message["sessionId"].as_str() == self.session.as_deref() {
            self.note(&message);
        }
        message
    }

    fn note(&mut self, message: &Value) {
        let Some(event) = message["method"].as_str() else { return };
        match event {
            "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded" => {
                self.complaints.push(message["params"].to_string());
            }
            "Page.javascriptDialogOpening" => {
                self.complaints.push(message["params"].to_string());
                self.send("Page.handleJavaScriptDialog", &json!({"accept": true}));
            }
            _ => {}
        }
        self.events.push_back(event.to_owned());
    }

    /// Opens a file, which is not open already, and waits until it is loaded.
    #[track_caller]
    pub(super) fn open(&mut self, file: &Path) {
        self.events.clear();
        self.call("Page.navigate", &json!({"url": format!("file://{}", file.display())}));
        while !self.events.iter().any(|event| event == "Page.loadEventFired") {
            self.receive();
        }
    }

    /// How large the window is, and whether the reader prefers `light` or `dark`.
    pub(super) fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// The value of an expression, awaited.
    #[track_caller]
    pub(super) fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut result = self.call("Runtime.evaluate", &parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    /// The value of an expression that gives a list of texts.
    #[track_caller]
    pub(super) fn texts(&mut self, expression: &str) -> Vec<String> {
        let value = self.value(expression);
        let texts = value.as_array().unwrap_or_else(|| panic!("{expression}: {value}"));
        texts.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// Presses and lets go of a key.
    pub(super) fn press(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            _ => panic!("{key}"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Fails where the browser complained of something.
    #[track_caller]
    pub(super) fn no_complaints(&mut self) {
        // What was said before this is answered has come by then.
        self.value("0");
        assert!(self.complaints.is_empty(), "{:#?}", self.complaints);
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.call("Page.close", &json!({}));
        }
    }
}
