package main

import (
	"context"
	"encoding/json"
	"log"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ftf-resolution/clients/go/ftf"
	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// request is a line of the input, with the fields of all operations.
type request struct {
	Operation string

	Address       string
	TLS           *ftf.TLS
	Purpose       string
	CaseReference string `json:"case_reference"`
	Timeout       seconds
	Patience      seconds
	Pause         seconds

	Record       json.RawMessage
	ValidateOnly bool   `json:"validate_only"`
	RequestID    string `json:"request_id"`
	Name         string
	Etag         string
	PageSize     int32  `json:"page_size"`
	PageToken    string `json:"page_token"`

	StreamID  string `json:"stream_id"`
	Records   []json.RawMessage
	BatchSize int `json:"batch_size"`

	Store     string
	Request   json.RawMessage
	StopAtEnd bool `json:"stop_at_end"`
	StopAfter int  `json:"stop_after"`
	FailAt    int  `json:"fail_at"`
}

type seconds float64

func (s seconds) duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// answers is what an operation ended well with.
type answers map[string]any

// driver does one operation after the other with one client.
type driver struct {
	client *ftf.Client
}

func (d *driver) answer(ctx context.Context, line []byte) answers {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		log.Fatal(err)
	}
	operations := map[string]func(context.Context, request) (answers, error){
		"connect":         d.connect,
		"resolve":         d.resolve,
		"withdraw":        d.withdraw,
		"get_record":      d.getRecord,
		"list_decisions":  d.listDecisions,
		"send":            d.send,
		"follow":          d.follow,
		"create_consumer": d.createConsumer,
		"acknowledge":     d.acknowledge,
	}
	operation, known := operations[asked.Operation]
	if !known {
		log.Fatalf("no operation is called %q", asked.Operation)
	}
	done, err := operation(ctx, asked)
	if err != nil {
		return answers{"error": errorJSON(err)}
	}
	return answers{"ok": done}
}

func (d *driver) connect(_ context.Context, asked request) (answers, error) {
	client, err := ftf.Connect(asked.Address, ftf.Options{
		Purpose:       asked.Purpose,
		CaseReference: asked.CaseReference,
		TLS:           asked.TLS,
		Timeout:       asked.Timeout.duration(),
		Persistence:   ftf.Persistence{Patience: asked.Patience.duration(), FirstPause: asked.Pause.duration()},
	})
	if err != nil {
		return nil, err
	}
	if d.client != nil {
		if err := d.client.Close(); err != nil {
			return nil, err
		}
	}
	d.client = client
	return answers{}, nil
}

func (d *driver) resolve(ctx context.Context, asked request) (answers, error) {
	if asked.Timeout != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, asked.Timeout.duration())
		defer cancel()
	}
	decision, err := d.client.Resolution.ResolveRecord(ctx, &resolutionv1.ResolveRecordRequest{
		Record:       parsed(asked.Record, &resolutionv1.Record{}),
		ValidateOnly: asked.ValidateOnly,
		RequestId:    asked.RequestID,
	})
	return as("decision", decision, err)
}

func (d *driver) withdraw(ctx context.Context, asked request) (answers, error) {
	decision, err := d.client.Resolution.WithdrawRecord(ctx, &resolutionv1.WithdrawRecordRequest{
		Name: asked.Name, Etag: asked.Etag, RequestId: asked.RequestID,
	})
	return as("decision", decision, err)
}

func (d *driver) getRecord(ctx context.Context, asked request) (answers, error) {
	record, err := d.client.Records.GetRecord(ctx, &resolutionv1.GetRecordRequest{Name: asked.Name})
	return as("record", record, err)
}

func (d *driver) createConsumer(ctx context.Context, asked request) (answers, error) {
	message := parsed(asked.Request, &resolutionv1.CreateConsumerRequest{})
	consumer, err := d.client.Consumers.CreateConsumer(ctx, message)
	return as("consumer", consumer, err)
}

func (d *driver) acknowledge(ctx context.Context, asked request) (answers, error) {
	message := parsed(asked.Request, &resolutionv1.AcknowledgeDecisionsRequest{})
	acknowledgement, err := d.client.Decisions.AcknowledgeDecisions(ctx, message)
	return as("acknowledgement", acknowledgement, err)
}

// as is a message under its name, or the error of the call that should have brought it.
func as(name string, message proto.Message, err error) (answers, error) {
	if err != nil {
		return nil, err
	}
	return answers{name: asJSON(message)}, nil
}
