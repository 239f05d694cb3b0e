package engine

import (
	"reflect"
	"slices"
	"text/template"
)

// Reads records, in the order in which the templates run, which values they look up. A map of the values is known by
// its identity, whatever include, with, dict or range lies between.
type Reads struct {
	// Paths are the places of the values tree that were met, by id; 0 is `.Values` of the release.
	Paths []ValuesPath
	// Log holds ids of Paths.
	Log []uint32
	// Full: there was more to record than is kept.
	Full bool

	ids    map[ValuesPath]uint32
	of     map[uintptr]uint32
	kept   []any // what the templates made and `of` names: no other map may take its place in memory
	sealed int   // nothing of the log before this belongs to the node that runs
}

// ValuesPath is a key (a string, or an int in a list) below another path.
type ValuesPath struct {
	Parent uint32
	Key    any
}

// maxReads bounds the log.
const maxReads = 1_000_000

var reading *Reads

// StartReads records what traced renderings read of the values until StopReads.
func StartReads(values map[string]any) *Reads {
	reading = &Reads{Paths: make([]ValuesPath, 1), ids: map[ValuesPath]uint32{}, of: map[uintptr]uint32{}}
	reading.index(values, 0)
	template.OnRead = reading.note
	return reading
}

// StopReads ends what StartReads began.
func StopReads() { reading, template.OnRead = nil, nil }

func (r *Reads) id(parent uint32, key any) uint32 {
	path := ValuesPath{parent, key}
	id, known := r.ids[path]
	if !known {
		id = uint32(len(r.Paths))
		r.Paths = append(r.Paths, path)
		r.ids[path] = id
	}
	return id
}

// index names every map below a value. What stands in two places goes by the first, a release's globals before all.
func (r *Reads) index(value any, id uint32) {
	switch value := value.(type) {
	case map[string]any:
		at := reflect.ValueOf(value).Pointer()
		if _, known := r.of[at]; known || value == nil {
			return
		}
		r.of[at] = id
		if global, is := value["global"]; is {
			r.index(global, r.id(id, "global"))
		}
		for _, key := range sortedKeys(value) {
			if isCollection(value[key]) {
				r.index(value[key], r.id(id, key))
			}
		}
	case []any:
		for i, item := range value {
			if isCollection(item) {
				r.index(item, r.id(id, i))
			}
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func isCollection(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// note takes a look-up in a map. One that goes on from the last one's map takes its place: `.Values.a.b` reads b.
func (r *Reads) note(m, key reflect.Value) {
	if m.Kind() != reflect.Map || key.Kind() != reflect.String {
		return
	}
	parent, known := r.of[m.Pointer()]
	if !known {
		return
	}
	id, last := r.id(parent, key.String()), len(r.Log)-1
	if last >= r.sealed && r.Log[last] == parent {
		r.Log[last] = id
		return
	}
	r.add(id)
}

func (r *Reads) add(ids ...uint32) {
	if len(r.Log)+len(ids) > maxReads {
		r.Full = true
		return
	}
	r.Log = append(r.Log, ids...)
}

// seal keeps what was read so far from being taken for the beginning of a longer way.
func (r *Reads) seal() { r.sealed = len(r.Log) }

func (r *Reads) noteKey(m map[string]any, key string) {
	r.note(reflect.ValueOf(m), reflect.ValueOf(key))
}

// derived names a map that a function made of another one after that one.
func (r *Reads) derived(from map[string]any, made any) {
	id, known := r.of[reflect.ValueOf(from).Pointer()]
	if !known {
		return
	}
	if m, is := made.(map[string]any); is && m != nil {
		r.kept = append(r.kept, m)
		r.index(m, id)
	}
}

// withReads has the functions that look into maps record that.
func withReads(functions template.FuncMap) template.FuncMap {
	if reading == nil {
		return functions
	}
	r := reading
	get, hasKey := functions["get"].(func(map[string]any, string) any), functions["hasKey"].(func(map[string]any, string) bool)
	dig := functions["dig"].(func(...any) (any, error))
	functions["get"] = func(m map[string]any, key string) any {
		r.noteKey(m, key)
		return get(m, key)
	}
	functions["hasKey"] = func(m map[string]any, key string) bool {
		r.noteKey(m, key)
		return hasKey(m, key)
	}
	functions["dig"] = func(steps ...any) (any, error) {
		r.dig(steps)
		return dig(steps...)
	}
	for _, name := range []string{"omit", "pick"} {
		if made, is := functions[name].(func(map[string]any, ...string) map[string]any); is {
			functions[name] = func(m map[string]any, keys ...string) map[string]any {
				result := made(m, keys...)
				r.derived(m, result)
				return result
			}
		}
	}
	if copied, is := functions["deepCopy"].(func(any) any); is {
		functions["deepCopy"] = func(value any) any {
			result := copied(value)
			if m, is := value.(map[string]any); is {
				r.derived(m, result)
			}
			return result
		}
	}
	return functions
}

func (r *Reads) dig(steps []any) {
	if len(steps) < 3 {
		return
	}
	m, _ := steps[len(steps)-1].(map[string]any)
	for _, step := range steps[:len(steps)-2] {
		key, is := step.(string)
		if !is || m == nil {
			return
		}
		r.noteKey(m, key)
		m, _ = m[key].(map[string]any)
	}
}
