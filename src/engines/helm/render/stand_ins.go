package render

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"text/template"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"
)

// standIn gives a Chart.yaml that Helm refuses for what stands in it something that it takes and that shows.
func (r *lenientRender) standIn(f namedBytes) []byte {
	metadata := map[string]any{}
	if yaml.Unmarshal(bytes.TrimPrefix(f.data, utf8BOM), &metadata) != nil || metadata == nil {
		return f.data
	}
	changed := false
	version, isText := metadata["version"].(string)
	if !isText && metadata["version"] != nil {
		version, changed = fmt.Sprint(metadata["version"]), true
		metadata["version"] = version
	}
	if _, err := semver.NewVersion(version); err != nil {
		metadata["version"], changed = "0.0.0-"+template.Token, true
		r.note(event{Kind: "version", File: f.name, Detail: version})
	}
	if name, _ := metadata["name"].(string); name == "" || name != path.Base(name) || strings.Contains(name, " ") {
		metadata["name"], changed = strings.ToLower(template.Token), true
		r.note(event{Kind: "version", File: f.name, Detail: name})
	}
	if text, _ := metadata["apiVersion"].(string); text == "" {
		metadata["apiVersion"], changed = "v1", true
	}
	if app, stated := metadata["appVersion"]; stated && app != nil {
		if _, isText := app.(string); !isText {
			metadata["appVersion"], changed = fmt.Sprint(app), true
		}
	}
	if !changed {
		return f.data
	}
	data, err := yaml.Marshal(metadata)
	if err != nil {
		return f.data
	}
	return data
}
