package main

import (
	"encoding/json"
	"errors"
	"log"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ftf-resolution/clients/go/ftf"
)

// failure is an error as the suite reads it.
type failure struct {
	Type       string      `json:"type"`
	Code       string      `json:"code"`
	Reason     string      `json:"reason"`
	Message    string      `json:"message"`
	Violations []violation `json:"violations"`
	RetryAfter *float64    `json:"retry_after"`
}

type violation struct {
	Field       string `json:"field"`
	Reason      string `json:"reason"`
	Description string `json:"description"`
}

// errorJSON ends the driver with an error that is none of the client's.
func errorJSON(err error) failure {
	told := failure{Message: err.Error(), Violations: []violation{}}
	var failed *ftf.Error
	switch {
	case errors.Is(err, errHandlerFailed):
		told.Type = "handler_failed"
	case errors.Is(err, ftf.ErrPlainText):
		told.Type = "plain_text_refused"
	case errors.As(err, &failed):
		told.Type = strings.ReplaceAll(string(failed.Kind), " ", "_")
		told.Code = code.Code(failed.Code).String()
		told.Reason, told.Message = failed.Reason, failed.Message
		for _, wrong := range failed.Violations {
			told.Violations = append(told.Violations, violation(wrong))
		}
		if failed.RetryAfter != nil {
			after := failed.RetryAfter.Seconds()
			told.RetryAfter = &after
		}
	default:
		log.Fatal(err)
	}
	return told
}

func parsed[M proto.Message](content json.RawMessage, message M) M {
	if err := protojson.Unmarshal(content, message); err != nil {
		log.Fatal(err)
	}
	return message
}

func asJSON(message proto.Message) json.RawMessage {
	content, err := protojson.Marshal(message)
	if err != nil {
		log.Fatal(err)
	}
	return content
}
