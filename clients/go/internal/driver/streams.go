package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/ftf-resolution/clients/go/ftf"
	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

var errHandlerFailed = errors.New("the handler was told to fail")

func (d *driver) listDecisions(ctx context.Context, asked request) (answers, error) {
	name := ""
	if asked.Record != nil {
		if err := json.Unmarshal(asked.Record, &name); err != nil {
			return nil, err
		}
	}
	decisions, pages := []json.RawMessage{}, 0
	request := &resolutionv1.ListDecisionsRequest{
		Record: name, PageSize: asked.PageSize, PageToken: asked.PageToken,
	}
	for page, err := range ftf.Pages(ctx, d.client.Decisions.ListDecisions, request) {
		if err != nil {
			return nil, err
		}
		pages++
		for _, decision := range page.GetDecisions() {
			decisions = append(decisions, asJSON(decision))
		}
	}
	return answers{"decisions": decisions, "pages": pages}, nil
}

func (d *driver) send(ctx context.Context, asked request) (answers, error) {
	records := make([]*resolutionv1.Record, 0, len(asked.Records))
	for _, record := range asked.Records {
		records = append(records, parsed(record, &resolutionv1.Record{}))
	}
	results, acknowledged := []answers{}, int64(0)
	batches := ftf.Batched(ftf.Records(records), asked.BatchSize, 1)
	for batch, err := range ftf.Send(ctx, d.client, asked.StreamID, batches) {
		if err != nil {
			return nil, err
		}
		for _, result := range batch.Results {
			if failed := result.GetError(); failed != nil {
				results = append(results, answers{"error": errorJSON(ftf.ErrorOf(failed))})
			} else {
				results = append(results, answers{"decision": asJSON(result.GetDecision())})
			}
		}
		acknowledged = batch.Sequence
	}
	return answers{"results": results, "acknowledged": acknowledged}, nil
}

func (d *driver) follow(ctx context.Context, asked request) (answers, error) {
	cursors, err := openCursorLog(asked.Store)
	if err != nil {
		return nil, err
	}
	defer cursors.close()
	request := &resolutionv1.WatchDecisionsRequest{}
	if asked.Request != nil {
		parsed(asked.Request, request)
	}
	request.StopAtEnd = asked.StopAtEnd
	given := 0
	handle := func(_ context.Context, entry *entry, decision *resolutionv1.Decision) error {
		given++
		if given == asked.FailAt {
			return errHandlerFailed
		}
		entry.Decision = asJSON(decision)
		if given == asked.StopAfter {
			return ftf.ErrStop
		}
		return nil
	}
	if err := ftf.Follow(ctx, d.client, cursors, request, handle); err != nil {
		return nil, err
	}
	return answers{"delivered": given}, nil
}
