//! A definition as a short outline for comparisons; absent values are omitted.

use crate::model::{
    Body, Definition, Method, Parameter, ParameterKind, Resource, SchemeUse, SecurityKind, SecurityRequirement,
};

/// Everything in the definition except its title.
pub(super) fn outline(definition: &Definition) -> String {
    let mut lines = Vec::new();
    push(&mut lines, "version", definition.version.as_deref());
    push(&mut lines, "baseUri", definition.base_uri.as_deref());
    push(&mut lines, "baseUriParameters", some(&parameters(&definition.base_uri_parameters, true)));
    push(&mut lines, "protocols", some(&definition.protocols.join(" ")));
    push(&mut lines, "mediaType", some(&definition.media_types.join(" ")));
    lines.extend(definition.schemas.iter().map(|(name, text)| format!("schema {name}: {}", short(&text.text()))));
    lines.extend(
        definition.documentation.iter().map(|part| format!("# {}: {}", part.title, short(part.content.as_str()))),
    );
    for scheme in &definition.security_schemes {
        let kind = match &scheme.kind {
            SecurityKind::OAuth2(settings) => format!("{settings:?}"),
            SecurityKind::OAuth1(settings) => format!("{settings:?}"),
            kind => format!("{kind:?}"),
        };
        let rest = [request(&scheme.headers, &scheme.query_parameters)].concat();
        lines.push(format!("scheme {}: {kind}{rest}", scheme.name).replace("Some(", "("));
    }
    push(&mut lines, "securedBy", some(&security(&definition.secured_by)));
    for resource in &definition.resources {
        add_resource(&mut lines, resource, "");
    }
    lines.join("\n")
}

fn add_resource(lines: &mut Vec<String>, resource: &Resource, parent: &str) {
    let path = format!("{parent}{}", resource.path);
    let mut line = path.clone();
    if !resource.uri_parameters.is_empty() {
        line += &format!(" ({})", parameters(&resource.uri_parameters, true));
    }
    if !resource.base_uri_parameters.is_empty() {
        line += &format!(" base({})", parameters(&resource.base_uri_parameters, true));
    }
    for text in [&resource.display_name, &resource.description].into_iter().flatten() {
        line += &format!(" \"{}\"", short(text));
    }
    lines.push(line);
    lines.extend(resource.methods.iter().map(|method| format!("  {}", method_line(method))));
    for nested in &resource.resources {
        add_resource(lines, nested, &path);
    }
}

fn method_line(method: &Method) -> String {
    let mut line = method.verb.name().to_owned();
    if let Some(description) = &method.description {
        line += &format!(" \"{}\"", short(description));
    }
    line += &request(&method.headers, &method.query_parameters);
    if !method.base_uri_parameters.is_empty() {
        line += &format!(" base({})", parameters(&method.base_uri_parameters, true));
    }
    if !method.protocols.is_empty() {
        line += &format!(" {}", method.protocols.join("+"));
    }
    if let Some(secured_by) = &method.secured_by {
        line += &format!(" secured[{}]", security(secured_by));
    }
    line += &bodies(&method.bodies);
    for response in &method.responses {
        line += &format!(" -> {}", response.status);
        if let Some(description) = &response.description {
            line += &format!(" \"{}\"", short(description));
        }
        line += &request(&response.headers, &[]);
        line += &bodies(&response.bodies);
    }
    line
}

fn request(headers: &[Parameter], query: &[Parameter]) -> String {
    let headers = some(&parameters(headers, false)).map(|text| format!(" h({text})"));
    let query = some(&parameters(query, false)).map(|text| format!(" q({text})"));
    headers.unwrap_or_default() + &query.unwrap_or_default()
}

fn bodies(bodies: &[Body]) -> String {
    let body = |body: &Body| {
        let mut text = format!(" {{{}", body.media_type);
        if let Some(schema) = &body.schema {
            text += &format!(" schema={}", short(&schema.text()));
        }
        for example in &body.examples {
            text += &format!(" example={}", short(example.text.as_str()));
        }
        if !body.form_parameters.is_empty() {
            text += &format!(" form({})", parameters(&body.form_parameters, false));
        }
        text + "}"
    };
    bodies.iter().map(body).collect()
}

/// `required`: the default, which is not marked.
fn parameters(parameters: &[Parameter], required: bool) -> String {
    let one = |parameter: &Parameter| {
        let mut text = parameter.name.clone();
        if parameter.required != required {
            text += if required { "?" } else { "!" };
        }
        if parameter.kind != ParameterKind::String {
            text += &format!(":{:?}", parameter.kind).to_lowercase();
        }
        if parameter.repeat {
            text.push('*');
        }
        if !parameter.values.is_empty() {
            text += &format!("[{}]", parameter.values.join(","));
        }
        let numbers = [("min", parameter.minimum), ("max", parameter.maximum)];
        let numbers = numbers.into_iter().filter_map(|(name, value)| Some((name, value?.to_string())));
        let lengths = [("minLength", parameter.min_length), ("maxLength", parameter.max_length)];
        let lengths = lengths.into_iter().filter_map(|(name, value)| Some((name, value?.to_string())));
        let texts = [
            ("pattern", &parameter.pattern),
            ("default", &parameter.default),
            ("example", &parameter.example),
            ("name", &parameter.display_name),
            ("about", &parameter.description),
        ];
        let texts = texts.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        for (name, value) in numbers.chain(lengths).chain(texts) {
            text += &format!(" {name}={}", short(&value));
        }
        text
    };
    parameters.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn security(requirements: &[SecurityRequirement]) -> String {
    let one = |scheme: &SchemeUse| match scheme.scopes.as_slice() {
        [] => scheme.name.clone(),
        scopes => format!("{}({})", scheme.name, scopes.join(",")),
    };
    let all = |requirement: &SecurityRequirement| match requirement.schemes.as_slice() {
        [] => "none".to_owned(),
        schemes => schemes.iter().map(one).collect::<Vec<_>>().join("+"),
    };
    requirements.iter().map(all).collect::<Vec<_>>().join(" ")
}

fn push(lines: &mut Vec<String>, name: &str, value: Option<&str>) {
    lines.extend(value.map(|value| format!("{name}: {value}")));
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
