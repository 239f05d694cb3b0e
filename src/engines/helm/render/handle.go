// Package render is `helm template` over files in memory: the same bytes, and for every line who wrote it.
package render

import (
	"errors"
	"fmt"
	"runtime"

	"pod-lifecycle-review/helm/rsakeys"
)

// Handle serves one request. A panic of the chart's making becomes an error like any other. What earlier requests
// left behind (parsed templates, read values) makes an answer quicker and never different.
func Handle(frame []byte) []byte {
	runtime.RestartRandom()
	rsakeys.Restart()
	out := &answer{answerHeader: answerHeader{Warnings: []string{}, Documents: []documentHeader{}, Blobs: []int{}}}
	warnings := collectWarnings()
	if err := serve(frame, out); err != nil {
		out = &answer{answerHeader: answerHeader{Documents: []documentHeader{}, Blobs: []int{}, Error: failureOf(err)}}
	}
	out.Warnings = warnings()
	return out.frame()
}

func serve(frame []byte, out *answer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("rendering failed: %v", r)
		}
		stopLeniency()
	}()
	in, err := readRequest(frame)
	if err != nil {
		return err
	}
	if in.Op != "helm.render" {
		return errors.New(`the only operation is "helm.render"`)
	}
	return renderChart(in, out)
}

// WarmUp renders a tiny chart, so that caches filled on first use are part of the memory image.
func WarmUp() {
	in := &request{files: []namedBytes{
		{"Chart.yaml", []byte("apiVersion: v2\nname: warm\nversion: 0.1.0\n")},
		{"values.yaml", []byte("a: {b: [1]}\n")},
		{"templates/a.yaml", []byte(warmTemplate)},
	}}
	in.ReleaseName, in.Namespace, in.Trace = "warm", "warm", true
	_ = renderChart(in, &answer{})
}

const warmTemplate = `{{ define "x" }}{{ toYaml .Values.a | nindent 2 }}{{ end -}}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name | trunc 63 | quote }}}
data: {{ include "x" . }}
  c: {{ tpl "{{ .Chart.Name }}" . | default "d" }}
`
