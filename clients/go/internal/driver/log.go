package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// entry is a line of a cursor log: a cursor, and the decision that was handled with it.
type entry struct {
	Cursor   string          `json:"cursor"`
	Decision json.RawMessage `json:"decision"`
}

// cursorLog is a store that appends entries to a file.
type cursorLog struct {
	file   *os.File
	cursor string
}

// openCursorLog goes on after the last whole line; a rest after it is cut off.
func openCursorLog(path string) (*cursorLog, error) {
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var last entry
	whole := content[:bytes.LastIndexByte(content, '\n')+1]
	if len(whole) > 0 {
		line := whole[bytes.LastIndexByte(whole[:len(whole)-1], '\n')+1:]
		if err := json.Unmarshal(line, &last); err != nil {
			return nil, err
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return &cursorLog{file, last.Cursor}, file.Truncate(int64(len(whole)))
}

func (l *cursorLog) close() { _ = l.file.Close() }

func (l *cursorLog) Load(context.Context) (string, error) { return l.cursor, nil }

func (l *cursorLog) Keep(_ context.Context, cursor string, handling func(*entry) error) error {
	kept := entry{Cursor: cursor}
	if err := handling(&kept); err != nil {
		return err
	}
	line, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return err
	}
	l.cursor = cursor
	return l.file.Sync()
}
