import { describe, expect, test } from 'vitest';
import { isInFocus } from '../../../src/render/gitops/helmfile-focus.ts';
import { templateLine, translated } from '../../../src/render/gitops/helmfile-templates.ts';

const $ = '$';

describe("helmfile's functions in the language of the Helm engine", () => {
  test.each([
    ['a: {{ .Values.x }}', 'a: {{ .Values.x }}'],
    ['a: {{ requiredEnv "TAG" | quote }}', `a: {{ "${$}{TAG}" | quote }}`],
    ['a: {{ env "TAG" | default "x" }}', `a: {{ "${$}{TAG}" | default "x" }}`],
    ['a: {{ env "T}}A`G" }}', `a: {{ "${$}{T__A_G}" }}`],
    ['a: {{ .Values | get "a.b" "x" }}', 'a: {{ .Values | dig "a" "b" "x" }}'],
    ['a: {{ .Values | get "a" }}', 'a: {{ .Values | dig "a" "<no value>" }}'],
    ['a: {{ get "a" .Values }}', 'a: {{ dig "a" "<no value>" .Values }}'],
    ['a: {{ get "a" false .Values }}', 'a: {{ dig "a" false .Values }}'],
    ['a: {{ getOrNil "a" .Values }}', 'a: {{ dig "a" nil .Values }}'],
    ['a: {{ .Values | get "a" (printf "x-%s" .N) }}', 'a: {{ .Values | dig "a" (printf "x-%s" .N) }}'],
    ['{{/* exec "rm" */}}', '{{/* exec "rm" */}}'],
    ['a: {{ "exec this" | quote }}', 'a: {{ "exec this" | quote }}'],
    ['a: {{`{{ .Release.Name }}`}}', 'a: {{`{{ .Release.Name }}`}}'],
    ['no action: exec "rm"', 'no action: exec "rm"'],
  ])('%s', (text, expected) => {
    expect(translated(text)).toEqual({ text: expected });
  });

  test.each([
    ['x\na: {{ exec "rm" (list "-rf" "/") }}', 'it uses exec', 2],
    ['a: {{ readFile "/etc/passwd" }}', 'it uses readFile', 1],
    ['a: {{ (readDir "..") | len }}', 'it uses readDir', 1],
    ['a: {{- fetchSecretValue "ref+vault://x" }}', 'it uses fetchSecretValue', 1],
    ['a: {{ tpl "x" . }}', 'it uses tpl', 1],
    ['{{ if env "CI" }}a: 1{{ end }}', 'an environment variable decides what it says', 1],
    ['a: {{ eq (requiredEnv "X") "y" }}', 'an environment variable decides what it says', 1],
  ])('%s', (text, problem, line) => {
    expect(translated(text)).toEqual({ problem, line });
  });
});

describe('the line of a template that gave a line', () => {
  const template = '{{ $x := 1 }}\na: {{ $x }}\n{{ range list 1 2 }}\nb: 1\n{{ end }}\nc: 2\n';
  test.each([
    ['a: 1\nb: 1\nb: 1\nc: 2\n', 1, 2],
    ['a: 1\nb: 1\nb: 1\nc: 2\n', 3, 4],
    ['a: 1\nb: 1\nb: 1\nc: 2\n', 4, 6],
    ['d: 1\n', 1, null],
    ['', 1, null],
  ])('%j line %i', (text, line, expected) => {
    expect(templateLine(template, text, line)).toBe(expected);
  });
});

describe('helmfiles that a change may concern', () => {
  const text =
    'bases: [../global.yaml]\nvalues:\n- conf/{{ .Environment.Name }}/a.yaml\n- /etc/b.yaml\nchart: stable/web\n';
  test.each([
    ['itself', 'svc/web/helmfile.yaml', true],
    ['a file beside it', 'svc/web/values.yaml', true],
    ['a file below it', 'svc/web/x/y.yaml', true],
    ['a base', 'svc/global.yaml', true],
    ['a values file of some environment', 'svc/web/conf/prod/a.yaml', true],
    ['another service', 'svc/api/values.yaml', false],
    ['a file with the name of one outside', 'etc/b.yaml', false],
  ])('%s', (_, changed, expected) => {
    const focus = { changed: new Set([changed]), charts: new Set<string>() };
    expect(isInFocus('svc/web/helmfile.yaml', text, focus)).toBe(expected);
  });

  test('a chart by its name', () => {
    const focus = { changed: new Set<string>(), charts: new Set(['web']) };
    expect(isInFocus('helmfile.yaml', text, focus)).toBe(true);
    expect(isInFocus('helmfile.yaml', text, { ...focus, charts: new Set(['api']) })).toBe(false);
  });
});

test('many quotes without an end take no time', () => {
  const text = `{{ ${'"a"'.repeat(10_000)}`;
  expect(translated(text)).toEqual({ text });
});

test('a comment may hold anything', () => {
  expect(translated('{{/* "one quote */}}a{{ env "X" }}')).toEqual({
    text: `{{/* "one quote */}}a{{ "$${'{X}'}" }}`,
  });
});
