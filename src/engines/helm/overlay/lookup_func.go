package engine

import (
	"context"
	"errors"

	"k8s.io/client-go/rest"
)

// There is no cluster here: the engine is only ever used without a client.

type ClientProvider interface{ client() error }

type clientProviderFromConfig struct{ config *rest.Config }

func (clientProviderFromConfig) client() error { return errors.New("no cluster") }

func newLookupFunction(_ context.Context, p ClientProvider) func(_, _, _, _ string) (map[string]any, error) {
	return func(_, _, _, _ string) (map[string]any, error) { return map[string]any{}, p.client() }
}
