// The schemas of an OpenAPI 3.1 document as ajv validates them (JSON Schema 2020-12).

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export const jsonMediaType = "application/json";

/** Every operation: `{path, method ("GET"), ...the operation itself}`. */
export function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      path, method: method.toUpperCase(), ...operation,
    })));
}

/** Whether an operation wants an access token, or what stands for one, in each way to be allowed to call it. */
export const wantsBearer = ({ security }) =>
  security.length > 0 && security.every((way) => "bearer" in way || "ticket" in way);

/** Whether an operation wants the launch token of its server. */
export const wantsLaunch = ({ security }) => security.some((way) => "launch" in way);

/** The schema of an operation's JSON body, all its references resolved; undefined when it takes none. */
export function bodySchemaOf(document, operation) {
  const resolveAll = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(resolveAll);
    return Object.fromEntries(Object.entries(resolve(document, value)).map(([name, each]) =>
      [name, name === "discriminator" ? each : resolveAll(each)]));
  };
  return resolveAll(operation.requestBody?.content[jsonMediaType].schema);
}

/** What `{$ref: "#/..."}` refers to; any other schema is itself. */
export function resolve(document, schema) {
  if (!schema.$ref) return schema;
  return schema.$ref.slice(2).split("/").reduce((value, name) => value[name], document);
}

/** Validates by the document's schemas: `assert(schema, value)` throws what is wrong. */
export function makeValidator(document) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  addFormats(ajv);
  ajv.addKeyword("discriminator"); // says which schema to take, which oneOf finds out by itself
  ajv.addKeyword("components"); // where references lead; says nothing about what is valid
  ajv.addSchema({ $id: "document", components: { schemas: document.components.schemas } });
  const compiled = new Map();

  function compile(schema) {
    const text = JSON.stringify(schema);
    if (!compiled.has(text)) {
      compiled.set(text, ajv.compile(JSON.parse(text.replaceAll('"#/', '"document#/'))));
    }
    return compiled.get(text);
  }

  return {
    accepts: (schema, value) => compile(schema)(value),
    assert(schema, value) {
      const validate = compile(schema);
      if (validate(value)) return;
      throw new Error(`${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
    },
  };
}
