package resource

import kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

// part is one node of an object as it was when last looked at, with the step that gave it its present content; nil:
// what the object was read with. Parts are never changed, so that objects may share them.
type part struct {
	kind  kyaml.Kind
	value string
	keys  []string // of a map, beside its items
	items []*part
	by    *Step
	gone  []removal // keys that a step took out of this map
}

type removal struct {
	key string
	by  *Step
}

func fresh(node *kyaml.Node, by *Step) *part {
	node = meant(node)
	p := &part{kind: node.Kind, value: node.Value, by: by}
	content := node.Content
	if node.Kind == kyaml.MappingNode {
		p.keys = make([]string, 0, len(content)/2)
		p.items = make([]*part, 0, len(content)/2)
		for i := 0; i+1 < len(content); i += 2 {
			p.keys = append(p.keys, content[i].Value)
			p.items = append(p.items, fresh(content[i+1], by))
		}
		return p
	}
	for _, item := range content {
		p.items = append(p.items, fresh(item, by))
	}
	return p
}

// follow is the part of a node that a step may have changed. Without a step (names that follow a renamed object, hashes,
// variables) what is changed stays the work of whoever wrote it.
func (p *part) follow(node *kyaml.Node, by *Step) *part {
	node = meant(node)
	switch {
	case p == nil:
		return fresh(node, by)
	case p.kind != node.Kind:
		return fresh(node, p.author(by))
	case node.Kind == kyaml.MappingNode:
		return p.followMap(node, by)
	case node.Kind == kyaml.ScalarNode:
		if p.value == node.Value {
			return p
		}
		return &part{kind: p.kind, value: node.Value, by: p.author(by)}
	default:
		return p.followList(node, by)
	}
}

func (p *part) author(by *Step) *Step {
	if by == nil {
		return p.by
	}
	return by
}

func (p *part) followMap(node *kyaml.Node, by *Step) *part {
	next := &part{kind: p.kind, by: p.by, gone: p.gone}
	changed := len(p.keys)*2 != len(node.Content)
	index := places{keys: p.keys}
	kept := 0
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i].Value
		at := index.of(key, i/2)
		var old *part
		if at >= 0 {
			old = p.items[at]
			kept++
		}
		item := old.follow(node.Content[i+1], by)
		changed = changed || item != old || at != i/2
		next.keys, next.items = append(next.keys, key), append(next.items, item)
	}
	if !changed {
		return p
	}
	if kept < len(p.keys) && by != nil {
		next.gone = p.lost(next.keys, by)
	}
	return next
}

// lost lists what was removed from the map up to now.
func (p *part) lost(present []string, by *Step) []removal {
	here := make(map[string]bool, len(present))
	for _, key := range present {
		here[key] = true
	}
	var all []removal
	for _, earlier := range p.gone {
		if !here[earlier.key] {
			all = append(all, earlier)
		}
	}
	for _, key := range p.keys {
		if !here[key] {
			all = append(all, removal{key, by})
		}
	}
	return all
}

func (p *part) followList(node *kyaml.Node, by *Step) *part {
	next := &part{kind: p.kind, value: node.Value, by: p.by}
	changed := len(p.items) != len(node.Content)
	names := make([]string, len(p.items))
	for i, item := range p.items {
		names[i] = item.name()
	}
	index := places{keys: names}
	for i, child := range node.Content {
		var old *part
		if at := index.of(nameOf(meant(child)), i); at >= 0 {
			old = p.items[at]
			changed = changed || at != i
		}
		item := old.follow(child, by)
		changed = changed || item != old
		next.items = append(next.items, item)
	}
	if !changed {
		return p
	}
	return next
}

// places finds keys, mostly where they stood before.
type places struct {
	keys []string
	at   map[string]int
}

func (p *places) of(key string, likely int) int {
	if likely < len(p.keys) && p.keys[likely] == key {
		return likely
	}
	if p.at == nil {
		p.at = make(map[string]int, len(p.keys))
		for i, k := range p.keys {
			p.at[k] = i
		}
	}
	if at, ok := p.at[key]; ok && key != "" {
		return at
	}
	return -1
}

// nameKeys tell the items of Kubernetes' lists apart.
var nameKeys = []string{"name", "mountPath", "devicePath", "containerPort", "port", "topologyKey", "key", "ip", "type"}

func nameOf(node *kyaml.Node) string {
	if node.Kind == kyaml.ScalarNode {
		return node.Value
	}
	if node.Kind != kyaml.MappingNode {
		return ""
	}
	for _, key := range nameKeys {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				return key + "=" + node.Content[i+1].Value
			}
		}
	}
	return ""
}

func (p *part) name() string {
	if p.kind == kyaml.ScalarNode {
		return p.value
	}
	for _, key := range nameKeys {
		for i, k := range p.keys {
			if k == key {
				return key + "=" + p.items[i].value
			}
		}
	}
	return ""
}

// meant is the node that an alias or a document stands for.
func meant(node *kyaml.Node) *kyaml.Node {
	for hops := 0; hops < 10; hops++ {
		switch {
		case node.Kind == kyaml.AliasNode && node.Alias != nil:
			node = node.Alias
		case node.Kind == kyaml.DocumentNode && len(node.Content) > 0:
			node = node.Content[0]
		default:
			return node
		}
	}
	return node
}
