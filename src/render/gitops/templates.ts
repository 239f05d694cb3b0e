import type { HelmRenderRequest, HelmRenderResult } from '../../engines/helm.ts';
import { valueAt } from '../../manifest/field-path.ts';
import { parseStream } from '../../manifest/parse.ts';
import type { Limits } from '../../text/limits.ts';
import { sentenceOf } from '../helm/helm-errors.ts';

/** Why texts could not be evaluated: in the engine's words, at a line of one of them where that is known. */
export interface TemplateFailure {
  readonly failure: string;
  readonly template: number | null;
  readonly line: number | null;
}

/** Evaluates each text with each of the contexts as `.` and `$`: for each context, what each text gives. */
export type EvaluateTemplates = (
  texts: readonly string[],
  contexts: readonly unknown[],
) => Promise<readonly (readonly string[])[] | TemplateFailure>;

/** Bytes of texts and contexts that are evaluated together. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Texts in the language of Go's templates, evaluated by the Helm engine as templates of a chart made for them: the same
 * functions in the same sandbox, without a file, a network, an environment or a program to start.
 */
export function templatesBy(
  render: (request: HelmRenderRequest) => Promise<HelmRenderResult>,
  limits: Limits,
): EvaluateTemplates {
  const known = new Map<string, ReturnType<EvaluateTemplates>>();
  return (texts, contexts) => {
    if (!texts.some((text) => text.includes('{{')) || contexts.length === 0)
      return Promise.resolve(contexts.map(() => texts));
    const key = JSON.stringify([texts, contexts]);
    if (key.length > mostBytes)
      return Promise.resolve({ failure: 'it is too large to be evaluated', template: null, line: null });
    let answer = known.get(key);
    if (answer === undefined) {
      answer = evaluate(texts, contexts, render, limits);
      known.set(key, answer);
    }
    return answer;
  };
}

async function evaluate(
  texts: readonly string[],
  contexts: readonly unknown[],
  render: (request: HelmRenderRequest) => Promise<HelmRenderResult>,
  limits: Limits,
): ReturnType<EvaluateTemplates> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const parts = texts.map((text, i) => ({
    path: `templates/_${i}.tpl`,
    bytes: bytes(`{{ define "text ${i}" }}${text}{{ end }}`),
  }));
  const calls = texts.map((_, i) => `(include "text ${i}" .)`).join(' ');
  const result = await render({
    files: [
      { path: 'Chart.yaml', bytes: bytes('apiVersion: v2\nname: texts\nversion: 0.0.0\n') },
      ...parts,
      {
        path: 'templates/texts.yaml',
        bytes: bytes(
          `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: texts}\ndata:\n{{- range .Values.contexts }}\n- {{ list ${calls} | toJson }}\n{{- end }}\n`,
        ),
      },
    ],
    values: [{ name: 'contexts', bytes: bytes(JSON.stringify({ contexts })) }],
    releaseName: 'texts',
    namespace: 'default',
  });
  if ('error' in result) {
    const { message, file, line } = result.error;
    const template = /^templates\/_(\d+)\.tpl$/.exec(file ?? '')?.[1];
    return { failure: sentenceOf(message), template: template === undefined ? null : Number(template), line };
  }
  const data = valueAt(parseStream(result.documents[0]?.text ?? '', limits).documents[0]?.value, ['data']);
  const rows = Array.isArray(data) ? data : [];
  const isWhole = rows.length === contexts.length && rows.every((row) => Array.isArray(row));
  return isWhole
    ? rows.map((row) => (row as unknown[]).map(String))
    : { failure: 'its templates give no text', template: null, line: null };
}
