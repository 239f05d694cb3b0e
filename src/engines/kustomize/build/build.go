// Package build is `kustomize build` over files in memory: the same bytes, and for each field the step that set it.
package build

import (
	"errors"
	"fmt"
	"io"
	"log"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// Handle serves one request. A panic of the repository's making becomes an error like any other. Of earlier requests
// nothing is left but the built-in schema.
func Handle(frame []byte) []byte {
	log.SetOutput(io.Discard)
	out := newAnswer()
	record := resource.BeginRecord()
	if err := serve(frame, out); err != nil {
		out = newAnswer()
		out.Error = failureOf(err)
		out.Error.Step = out.step(record.Failed)
	}
	for _, skip := range record.Skips {
		skip.File = relative(skip.File)
		out.Skips = append(out.Skips, skip)
	}
	for _, d := range record.Dropped {
		out.Dropped = append(out.Dropped, dropped{out.step(d.Step), plain(d.Message)})
	}
	return out.frame()
}

func serve(frame []byte, out *answer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("building failed: %v", r)
		}
	}()
	in, err := readRequest(frame)
	if err != nil {
		return err
	}
	if in.Op != "kustomize.build" {
		return errors.New(`the only operation is "kustomize.build"`)
	}
	return build(in, out)
}

func build(in *request, out *answer) error {
	files := filesys.MakeFsInMemory()
	for i, f := range in.Files {
		if err := files.WriteFile(path.Join(root, f.Name), in.contents[i]); err != nil {
			return err
		}
	}
	openapi.Begin()
	// `kustomize build` orders as the kustomization says, else in the old fixed order.
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	if in.Unrestricted {
		options.LoadRestrictions = types.LoadRestrictionsNone
	}
	objects, err := krusty.MakeKustomizer(options).Run(files, path.Join(root, in.Path))
	if err != nil {
		return err
	}
	return write(objects, in.Trace, out)
}

func write(objects resmap.ResMap, traced bool, out *answer) error {
	resource.Follow(objects.Resources(), nil)
	for _, object := range objects.Resources() {
		text, err := object.AsYAML()
		if err != nil {
			return err
		}
		d := document{}
		if traced {
			d = traceOf(object.Trace, out)
		}
		out.add(d, text)
	}
	return nil
}

func traceOf(trace *resource.Trace, out *answer) document {
	d := document{File: relative(trace.File), Ordinal: trace.Ordinal, Maker: out.step(trace.Maker)}
	trace.Visit(func(path []any, by *resource.Step, gone bool) {
		index := -1
		if by != nil {
			index = *out.step(by)
		}
		entry := append([]any{index}, path...)
		if gone {
			d.Gone = append(d.Gone, entry)
		} else {
			d.Set = append(d.Set, entry)
		}
	})
	return d
}

const root = "/"

// relative is a path from the root of the repository.
func relative(file string) string { return strings.TrimPrefix(file, root) }

// WarmUp builds a tiny overlay, so that what is read on first use is part of the memory image.
func WarmUp() {
	in := &request{}
	in.Path, in.Trace = "o", true
	for _, f := range warm {
		in.Files = append(in.Files, file{Name: f.name})
		in.contents = append(in.contents, []byte(f.text))
	}
	_ = build(in, newAnswer())
	openapi.Begin()
}

var warm = []struct{ name, text string }{
	{"b/kustomization.yaml", "resources: [d.yaml]\nconfigMapGenerator:\n- {name: c, literals: [a=b]}\n"},
	{"b/d.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n" +
		"      containers:\n      - {name: c, image: i, envFrom: [{configMapRef: {name: c}}]}\n"},
	{"o/kustomization.yaml", "resources: [../b]\nnamePrefix: p-\nnamespace: n\nlabels:\n- {pairs: {a: b}}\n" +
		"images:\n- {name: i, newTag: v2}\npatches:\n- path: p.yaml\n"},
	{"o/p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n" +
		"      containers:\n      - {name: c, resources: {limits: {cpu: 1}}}\n"},
}
