//! The resources and methods of a definition as data.

use apinb_definition::model::{Body, Definition, Method, Resource, Response};
use apinb_definition::overview::resources_by_path;
use apinb_record::tree::{ParameterLocation, Tree, TreeMethod, TreeParameter, TreeResource, TreeResponse, VERSION};

/// All resources and methods of a definition.
#[must_use]
pub fn tree(definition: &Definition) -> Tree {
    let resources = resources_by_path(definition).into_iter().map(|(path, resource)| TreeResource {
        path,
        methods: resource.methods.iter().map(|one| method(definition, resource, one)).collect(),
    });
    Tree { version: VERSION, resources: resources.collect() }
}

fn method(definition: &Definition, resource: &Resource, method: &Method) -> TreeMethod {
    let all = [
        (ParameterLocation::Uri, &resource.uri_parameters),
        (ParameterLocation::Query, &method.query_parameters),
        (ParameterLocation::Header, &method.headers),
        (ParameterLocation::Cookie, &method.cookies),
    ];
    let parameters = all.into_iter().flat_map(|(location, parameters)| {
        parameters.iter().map(move |parameter| TreeParameter {
            location,
            name: parameter.name.clone(),
            required: parameter.required,
            kind: parameter.kind.name().to_owned(),
        })
    });
    let requirements = method.secured_by.as_ref().unwrap_or(&definition.secured_by).iter();
    TreeMethod {
        method: method.verb.name().to_owned(),
        parameters: parameters.collect(),
        query_string: method.query_string.is_some(),
        bodies: media_types(&method.bodies),
        responses: method.responses.iter().map(response).collect(),
        secured_by: requirements
            .map(|requirement| requirement.schemes.iter().map(|scheme| scheme.name.clone()).collect())
            .collect(),
    }
}

fn response(response: &Response) -> TreeResponse {
    TreeResponse {
        status: response.status.to_string(),
        headers: response.headers.iter().map(|header| header.name.clone()).collect(),
        bodies: media_types(&response.bodies),
    }
}

fn media_types(bodies: &[Body]) -> Vec<String> {
    bodies.iter().map(|body| body.media_type.clone()).collect()
}
