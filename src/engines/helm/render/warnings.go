package render

import (
	"context"
	"io"
	"log"
	"log/slog"
	"strings"
)

// collectWarnings takes what Helm logs at warning level or above; calling the result gives the sentences.
func collectWarnings() func() []string {
	sink := &warnings{texts: []string{}}
	// SetDefault reroutes package log into slog, so log's own output is set afterwards.
	slog.SetDefault(slog.New(sink))
	log.SetFlags(0)
	log.SetOutput(sink)
	return func() []string {
		log.SetOutput(io.Discard)
		return sink.texts
	}
}

// Warnings repeat when a chart is used under several aliases; more than this many help nobody.
const maxWarnings = 200

type warnings struct{ texts []string }

func (w *warnings) add(text string) {
	if len(w.texts) < maxWarnings {
		w.texts = append(w.texts, text)
	}
}

// Write takes one line of package log, which coalescing of values uses.
func (w *warnings) Write(line []byte) (int, error) {
	w.add(strings.TrimPrefix(strings.TrimSpace(string(line)), "warning: "))
	return len(line), nil
}

func (w *warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (w *warnings) Handle(_ context.Context, record slog.Record) error {
	text := record.Message
	record.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	w.add(text)
	return nil
}

func (w *warnings) WithAttrs([]slog.Attr) slog.Handler { return w }
func (w *warnings) WithGroup(string) slog.Handler      { return w }
