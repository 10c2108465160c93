//! Releases unused capacity of a resource's lists. A list that grew item by item has a capacity of at least four, and a
//! definition has hundreds of thousands of lists with one item.

use crate::model::{Body, Method, Parameter, Resource, Response};

/// Shrinks all lists of a resource except those of nested resources, which are already shrunk.
pub(crate) fn resource(resource: &mut Resource) {
    parameters(&mut resource.uri_parameters);
    parameters(&mut resource.base_uri_parameters);
    resource.methods.shrink_to_fit();
    resource.methods.iter_mut().for_each(method);
    resource.resources.shrink_to_fit();
    resource.annotations.shrink_to_fit();
}

fn method(method: &mut Method) {
    parameters(&mut method.headers);
    parameters(&mut method.query_parameters);
    parameters(&mut method.cookies);
    parameters(&mut method.base_uri_parameters);
    method.servers.shrink_to_fit();
    bodies(&mut method.bodies);
    method.responses.shrink_to_fit();
    method.responses.iter_mut().for_each(response);
    method.protocols.shrink_to_fit();
    if let Some(requirements) = &mut method.secured_by {
        requirements.shrink_to_fit();
        requirements.iter_mut().for_each(|requirement| requirement.schemes.shrink_to_fit());
    }
    method.annotations.shrink_to_fit();
}

fn response(response: &mut Response) {
    parameters(&mut response.headers);
    bodies(&mut response.bodies);
    response.annotations.shrink_to_fit();
}

fn bodies(bodies: &mut Vec<Body>) {
    bodies.shrink_to_fit();
    for body in bodies {
        body.examples.shrink_to_fit();
        parameters(&mut body.form_parameters);
        body.annotations.shrink_to_fit();
    }
}

fn parameters(parameters: &mut Vec<Parameter>) {
    parameters.shrink_to_fit();
    for parameter in parameters {
        parameter.values.shrink_to_fit();
        parameter.annotations.shrink_to_fit();
    }
}
