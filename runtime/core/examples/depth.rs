use oxc_ast_visit::VisitJs;
struct V(usize);
impl<'a> VisitJs<'a> for V { fn visit_identifier_reference(&mut self, _: &oxc_ast::ast::IdentifierReference<'a>) { self.0 += 1; } }
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let n: usize = a[2].parse().unwrap();
    let kb: usize = a[3].parse().unwrap();
    let text = match a[1].as_str() {
        "paren" => format!("{}a{}", "(".repeat(n), ")".repeat(n)),
        "open" => "(".repeat(n),
        "not" => format!("{}a", "!".repeat(n)),
        "arr" => format!("{}a{}", "[".repeat(n), "]".repeat(n)),
        "obj" => format!("x={}a{}", "{a:".repeat(n), "}".repeat(n)),
        "block" => format!("{}a{}", "{".repeat(n), "}".repeat(n)),
        "member" => format!("a{}", ".a".repeat(n)),
        "plus" => format!("a{}", "+a".repeat(n)),
        "tern" => format!("a{}", "?a:a".repeat(n)),
        "assign" => format!("{}a", "a=".repeat(n)),
        "arrow" => format!("{}a", "a=>".repeat(n)),
        "parrow" => format!("{}a", "()=>".repeat(n)),
        "aarrow" => format!("{}a", "(a=".repeat(n)),
        "if" => format!("{}a", "if(a)".repeat(n)),
        "else" => format!("{}a", "if(a);else ".repeat(n)),
        "label" => format!("{}a", "a:".repeat(n)),
        "new" => format!("{}a", "new ".repeat(n)),
        "tmpl" => format!("{}a{}", "`${".repeat(n), "}`".repeat(n)),
        "func" => format!("{}a{}", "(function(){".repeat(n), "})".repeat(n)),
        "class" => format!("{}a{}", "(class{a=".repeat(n), "})".repeat(n)),
        "pat" => format!("var {}a{}=a", "[".repeat(n), "]".repeat(n)),
        "call" => format!("a{}", "()".repeat(n)),
        "exp" => format!("a{}", "**a".repeat(n)),
        "typeof" => format!("{}a", "typeof ".repeat(n)),
        "opt" => format!("a{}", "?.a".repeat(n)),
        "async" => format!("{}a{}", "async(".repeat(n), ")".repeat(n)),
        "yield" => format!("function*f(){{{}a}}", "yield ".repeat(n)),
        "for" => format!("{}a", "for(;;)".repeat(n)),
        "switch" => format!("{}a{}", "switch(a){case a:".repeat(n), "}".repeat(n)),
        "seq" => format!("a{}", ",a".repeat(n)),
        "in" => format!("a{}", " in a".repeat(n)),
        "lt" => format!("a{}", "<a".repeat(n)),
        "jsx" => "<a>".repeat(n),
        "chain" => format!("a{}", ".a()".repeat(n)),
        "aw" => format!("async()=>{{{}a}}", "await ".repeat(n)),
        "tag" => format!("a{}", "``".repeat(n)),
        "do" => format!("{}a{}", "do ".repeat(n), " while(a)".repeat(n)),
        _ => panic!(),
    };
    let seen = stacker::grow(kb << 10, || {
        let al = oxc_allocator::Allocator::default();
        let r = oxc_parser::Parser::new(&al, &text, oxc_span::SourceType::script()).parse();
        let mut v = V(0);
        v.visit_program(&r.program);
        (v.0, r.panicked, r.diagnostics.iter().next().map(|d| (d.message.to_string(), d.labels.iter().map(|l| (l.offset(), l.len())).collect::<Vec<_>>())))
    });
    println!("{seen:?}");
}
