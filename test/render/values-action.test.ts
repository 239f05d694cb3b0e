import { expect, test } from 'vitest';
import { valuesAction } from '../../src/render/helm/values-action.ts';

test.each<[string, readonly string[] | null]>([
  ['.Values.a', ['a']],
  ['$.Values.a.bC_1', ['a', 'bC_1']],
  ['{{- .Values.a -}}', ['a']],
  ['.Values.a | quote', ['a']],
  ['.Values.a | default 30 | int', ['a']],
  ['.Values.a | default (printf "%s|" .Chart.Name)', ['a']],
  ['toYaml .Values.a | nindent 8', ['a']],
  ['.Values.a | toYaml | trim | indent 2', ['a']],
  ['nindent 8 (toYaml .Values.a)', ['a']],
  ['(.Values.a)', ['a']],
  ['default 30 .Values.a', ['a']],
  ['required "a | b" .Values.a', ['a']],
  ['quote (default "x" .Values.a.b)', ['a', 'b']],
  ['index .Values "a" "b-c"', ['a', 'b-c']],
  ['index .Values.a "b" | quote', ['a', 'b']],
  ['.Values', null],
  ['.a', null],
  ['$x.Values.a', null],
  ['.root.Values.a', null],
  ['tpl .Values.a .', null],
  ['tpl (toYaml .Values.a) $ | nindent 4', null],
  ['include "web.name" .', null],
  ['.Values.a | b64enc', null],
  ['printf "%s" .Values.a', null],
  ['index .Values $k', null],
  ['ternary 1 2 .Values.a', null],
  ['quote .Values.a .Values.b | add 1', null],
  ['not .Values.a', null],
  ['"unclosed', null],
  ['', null],
])('%s', (action, expected) => {
  expect(valuesAction(action)).toEqual(expected);
});
