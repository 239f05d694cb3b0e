package render

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/ignore"
	"sigs.k8s.io/yaml"
)

var utf8BOM = []byte{0xEF, 0xBB, 0xBF}

// tree is a loaded chart that still knows each file's path under the chart root.
type tree struct {
	*chart.Chart
	paths []string
}

// path gives the file's place. Helm carries ModTime from the loader's input to the chart untouched and
// templates cannot see it, so it holds the index of the path.
func (t *tree) path(file *common.File) string { return t.paths[file.ModTime.Unix()] }

// chartFiles are the files that came and the names of those that were withheld.
func (in *request) chartFiles() []namedBytes {
	files := slices.Clone(in.files)
	for _, name := range in.Withheld {
		files = append(files, namedBytes{name, engine.Withheld})
	}
	return files
}

// load does what Helm does with a chart's directory: .helmignore, archives under charts/, parsing.
func load(files []namedBytes) (*tree, error) {
	if err := checkAPIVersion(files); err != nil {
		return nil, err
	}
	kept, err := withoutIgnored(files)
	if err != nil {
		return nil, err
	}
	if kept, err = unpackArchives(kept); err != nil {
		return nil, err
	}
	t, buffered := &tree{}, make([]*archive.BufferedFile, len(kept))
	for i, f := range kept {
		t.paths = append(t.paths, f.name)
		data := bytes.TrimPrefix(f.data, utf8BOM)
		buffered[i] = &archive.BufferedFile{Name: f.name, ModTime: time.Unix(int64(i), 0), Data: data}
	}
	t.Chart, err = loader.LoadFiles(buffered)
	return t, err
}

// checkAPIVersion refuses, in Helm's words, what `helm template` cannot install.
func checkAPIVersion(files []namedBytes) error {
	i := slices.IndexFunc(files, func(f namedBytes) bool { return f.name == "Chart.yaml" })
	if i < 0 {
		return errors.New("Chart.yaml file is missing") //nolint:staticcheck
	}
	var head struct {
		APIVersion string `json:"apiVersion"`
	}
	if yaml.Unmarshal(bytes.TrimPrefix(files[i].data, utf8BOM), &head) != nil {
		return nil // the loader says it with the reason
	}
	switch head.APIVersion {
	case "", chart.APIVersionV1, chart.APIVersionV2:
		return nil
	case "v3":
		return unsupported("invalid chart apiVersion")
	}
	return unsupported("unsupported chart version")
}

// withoutIgnored keeps what .helmignore leaves, in the order in which a directory walk meets the files.
func withoutIgnored(files []namedBytes) ([]namedBytes, error) {
	rules, err := ignoreRules(files)
	if err != nil {
		return nil, err
	}
	skipped := map[string]bool{".": false}
	var skipDir func(dir string) bool
	skipDir = func(dir string) bool {
		skip, known := skipped[dir]
		if !known {
			skip = skipDir(path.Dir(dir)) || rules.Ignore(dir, entry{dir, fs.ModeDir})
			skipped[dir] = skip
		}
		return skip
	}
	kept := slices.DeleteFunc(slices.Clone(files), func(f namedBytes) bool {
		return skipDir(path.Dir(f.name)) || rules.Ignore(f.name, entry{f.name, 0})
	})
	slices.SortFunc(kept, func(a, b namedBytes) int {
		return slices.Compare(strings.Split(a.name, "/"), strings.Split(b.name, "/"))
	})
	return kept, nil
}

func ignoreRules(files []namedBytes) (*ignore.Rules, error) {
	rules := ignore.Empty()
	for _, f := range files {
		if f.name == ignore.HelmIgnore {
			parsed, err := ignore.Parse(bytes.NewReader(f.data))
			if err != nil {
				return nil, err
			}
			rules = parsed
		}
	}
	rules.AddDefaults()
	return rules, nil
}

// entry is the little that ignore rules ask of a file.
type entry struct {
	path string
	mode fs.FileMode
}

func (e entry) Name() string       { return path.Base(e.path) }
func (e entry) Size() int64        { return 0 }
func (e entry) Mode() fs.FileMode  { return e.mode }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.mode.IsDir() }
func (e entry) Sys() any           { return nil }
