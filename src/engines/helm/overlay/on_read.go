package template

import "reflect"

// OnRead, where it is set, is told of each key that a template looks up in a map, there or not.
var OnRead func(m, key reflect.Value)

func noteRead(m, key reflect.Value) {
	if OnRead != nil {
		OnRead(m, key)
	}
}
