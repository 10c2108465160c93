#!/usr/bin/env node
// What @apidevtools/swagger-parser makes of an OpenAPI definition: its resources and methods, as JSON.
//
//   node bench/definitions/openapi.mjs FILE
//
// All references are resolved, as apinb has them after loading. It does not check the definition against the schema of
// its version, which takes it many times longer.

import SwaggerParser from '@apidevtools/swagger-parser';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const { paths } = await SwaggerParser.dereference(process.argv[2]);
const resources = Object.entries(paths).map(([path, item]) => ({ path, methods: METHODS.filter((name) => name in item) }));
process.stdout.write(JSON.stringify(resources));
