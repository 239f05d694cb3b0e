import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

/** GitHub's own description of its REST API, as a judge of requests and answers. */
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Reference | { readonly content?: Content }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Reference {
  readonly $ref: string;
}
type Schema = Readonly<Record<string, unknown>>;
type Content = Readonly<
  Record<string, { readonly schema: Schema; readonly examples?: Readonly<Record<string, Reference>> }>
>;

const file = createRequire(import.meta.url).resolve('@octokit/openapi/package.json');
const description = JSON.parse(
  readFileSync(file.replace('package.json', 'generated/api.github.com.json'), 'utf8'),
);
const ajv = new Ajv({ strict: false, logger: false });
ajv.addFormat('uri', (text) => URL.canParse(text));
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
ajv.addSchema({ components: { schemas: translated(description.components.schemas) } }, 'github');
const compiled = new Map<string, ValidateFunction>();

export interface Route {
  readonly template: string;
  readonly method: string;
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string>>;
}

// The part of the API that a reviewer may need.
const templates = Object.keys(description.paths)
  .filter((template) =>
    /^\/(?:user$|repos\/\{owner\}\/\{repo\}(?:$|\/(?:pulls|issues|compare)\b))/.test(template),
  )
  .map((template) => ({
    template,
    names: [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!),
    pattern: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`),
  }));

export function findRoute(method: string, path: string): Route | null {
  for (const { template, names, pattern } of templates) {
    const operation: Operation | undefined = description.paths[template][method.toLowerCase()];
    const match = operation && pattern.exec(path);
    if (!match) continue;
    const parameters = Object.fromEntries(
      names.map((name, index) => [name, decodeURIComponent(match[index + 1]!)]),
    );
    return { template, method, operation, parameters };
  }
  return null;
}

/** What is wrong with a request, as sentences. */
export function judgeRequest(route: Route, query: URLSearchParams, body: unknown): readonly string[] {
  const declared = (route.operation.parameters ?? []).map(resolve<Parameter>);
  const problems: string[] = [];
  for (const [name, value] of query) {
    const parameter = declared.find((candidate) => candidate.in === 'query' && candidate.name === name);
    if (!parameter) problems.push(`unknown query parameter ${name}`);
    else
      problems.push(...judge(`${route.method} ${route.template} ?${name}`, parameter.schema, typed(value)));
  }
  for (const { name, in: place, schema } of declared) {
    if (place === 'path') {
      problems.push(...judge(`${route.template} {${name}}`, schema, typed(route.parameters[name]!, schema)));
    }
  }
  const schema = route.operation.requestBody?.content['application/json']?.schema;
  if (schema) {
    problems.push(...judge(`${route.method} ${route.template} body`, schema, body ?? {}, closed));
  } else if (body !== undefined) problems.push('a body where none is described');
  return problems;
}

/** What is wrong with an answer; statuses that are not described pass, except successful ones. */
export function judgeResponse(route: Route, status: number, body: unknown): readonly string[] {
  const response = route.operation.responses[String(status)];
  if (!response) return status < 300 ? [`${route.method} ${route.template} has no answer ${status}`] : [];
  const schema = resolve<{ content?: Content }>(response).content?.['application/json']?.schema;
  return schema ? judge(`${route.method} ${route.template} ${status}`, schema, body) : [];
}

/** GitHub's own example of an answer, to build one upon. */
export function exampleResponse(name: string): Record<string, unknown> {
  return structuredClone(description.components.examples[name].value);
}

function judge(
  name: string,
  schema: Schema,
  value: unknown,
  prepare = (given: unknown) => given,
): readonly string[] {
  const validate = compiled.get(name) ?? ajv.compile(translated(prepare(schema)) as Schema);
  compiled.set(name, validate);
  return validate(value) ? [] : [`${name}: ${ajv.errorsText(validate.errors)}`];
}

function resolve<T>(value: unknown): T {
  const reference = (value as Partial<Reference>).$ref;
  if (reference === undefined) return value as T;
  const path = reference.slice(2).split('/');
  return path.reduce((found, key) => found[key], description) as T;
}

// OpenAPI's `nullable` in JSON Schema's words; references by the whole name, for schemas compiled alone.
function translated(value: unknown): unknown {
  return mapped(value, ({ nullable, discriminator: _, ...entry }) => {
    const { $ref } = entry;
    const named = typeof $ref === 'string' && $ref.startsWith('#/') ? { $ref: `github${$ref}` } : entry;
    return nullable === true ? { anyOf: [{ type: 'null' }, named] } : named;
  });
}

// GitHub ignores what it does not know; here a misspelt field is a mistake.
function closed(value: unknown): unknown {
  return mapped(value, (entry) =>
    entry.type === 'object' && entry.properties ? { ...entry, additionalProperties: false } : entry,
  );
}

function mapped(value: unknown, change: (entry: Schema) => Schema): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(change(value as Schema)).map(([key, item]) => [key, mapped(item, change)]),
  );
}

function typed(value: string, schema?: Schema): unknown {
  const isText = schema !== undefined && resolve<Schema>(schema).type === 'string';
  return /^\d+$/.test(value) && !isText ? Number(value) : value;
}
