//! Runs cells through the engine's public API.
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use apinb_core::definition::model::Definition;
use apinb_core::notebook::Notebook;
use apinb_core::record::PromptOrigin;
use apinb_engine::host::{Answer, Question, Unanswered};
use apinb_engine::{Cell, Engine, EngineOptions, Host, Outcome, Settings};
use apinb_http::network::{Network, Policy};

struct Quiet;
impl Host for Quiet {
    fn ask(&self, question: &Question) -> Result<Answer, Unanswered> {
        Ok(Answer { text: question.variable.clone(), origin: PromptOrigin::Input })
    }
    fn definition_loaded(&self, _: &str, _: &Arc<Definition>) -> Result<(), String> {
        Ok(())
    }
    fn visit(&self, _: &url::Url) -> Result<(), String> {
        Err("nobody".to_owned())
    }
}

fn run(cells: &[&str]) -> Vec<Outcome> {
    let text: String = cells.iter().map(|code| format!("text\n\n```javascript\n{code}\n```\n")).collect();
    let notebook = Notebook::parse("note.md", text);
    let settings = Settings {
        folder: std::env::temp_dir(),
        site: None,
        title: None,
        definitions_by_client: Default::default(),
        definitions_by_url: Default::default(),
        scripts: Default::default(),
        base_uris: Default::default(),
        tokens: Default::default(),
        script_cache: None,
        mock: false,
        cell_timeout: Duration::from_secs(5),
        call_timeout: Duration::from_secs(5),
        max_heap: 256 << 20,
    };
    let mut engine = Engine::new(EngineOptions {
        snapshot: None,
        network: Network::start(Policy::default()).unwrap(),
        redactor: Default::default(),
        host: Rc::new(Quiet),
        settings,
        cancel: Default::default(),
    })
    .unwrap();
    notebook.cells().map(|code| engine.run(Cell { code, source: &notebook.source })).collect()
}

#[test]
fn smoke() {
    for o in run(&[
        "1+1",
        "x = {a:[1,2,'s']}",
        "let q = 4; q*2",
        "let q = 5; await Promise.resolve(q)",
        "throw new Error('no')",
        "syntax error here",
        "function f(){ null.x }\n",
        "f()",
        "DOMAIN = prompt('d')",
        "console.log('hi', {a:1}); done = async(); setTimeout(()=>done(null,'late'), 20)",
        "timeout(50); while(true){}",
        "$0 + 1",
        "timeout(50); async()",
        "Promise.reject(new TypeError('rej'))",
        "window.y = 3; self.y + globalThis.y",
        "new FormData() instanceof FormData && typeof fetch",
        "let a=[];for(;;)a.push(new Array(1e6))",
        "2+2",
        "await fetch('http://127.0.0.1:1/')",
        "typeof Deno + typeof __bootstrap + typeof bootstrap",
        "API",
        "class K {}; new K()",
        "class K {}; 1n",
        "x = new XMLHttpRequest(); x.open('GET','http://127.0.0.1:1/', false); x.send()",
        "await import('ext:core/ops')",
    ]) {
        println!("{:?} {:?} {:?}", o.result, o.console.iter().map(|c| &c.text).collect::<Vec<_>>(), o.prompts.len());
    }
}
