package loader

import "bytes"

// Values of files that were read before. Helm changes the values that it loads, so that each chart gets a copy.
var (
	known      = map[string]map[string]any{}
	knownBytes int
)

// maxKnown bounds what is kept, in bytes of YAML.
const maxKnown = 8 << 20

func valuesOf(data []byte) (map[string]any, error) {
	values, found := known[string(data)]
	if !found {
		read, err := LoadValues(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		if knownBytes += len(data); knownBytes > maxKnown {
			clear(known)
			knownBytes = len(data)
		}
		known[string(data)] = read
		values = read
	}
	return copyOf(values).(map[string]any), nil
}

// copyOf copies what YAML is read into.
func copyOf(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value == nil {
			return value
		}
		copied := make(map[string]any, len(value))
		for key, each := range value {
			copied[key] = copyOf(each)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, each := range value {
			copied[i] = copyOf(each)
		}
		return copied
	}
	return value
}
