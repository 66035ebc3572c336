package ftf

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// ErrPlainText is what [Connect] refuses with: plain text would leave this machine, and certificates are needed.
var ErrPlainText = errors.New("plain text to another machine: mutual TLS is needed")

// Error is a call that failed, or one record of a stream that was not stored. It is a target of errors.As; errors.Is
// compares with a [Kind], and with context.Canceled and context.DeadlineExceeded.
type Error struct {
	// Kind is what the status code means for a caller.
	Kind Kind
	// Code is gRPC's status code.
	Code codes.Code
	// Reason is the name of an ErrorReason of the contract without its prefix, as it was sent: a newer service may have
	// reasons that this client does not know. Empty when the error is not the service's own.
	Reason string
	// Message is a sentence without personal data.
	Message string
	// Violations are the wrong fields.
	Violations []FieldViolation
	// RetryAfter is after how long the service asks to try again; nil when it does not.
	RetryAfter *time.Duration
	// Address is where the service was called; empty for a result within a stream.
	Address string
	// Status is all that was sent, for details that are not here.
	Status *statuspb.Status
}

// FieldViolation is a wrong field.
type FieldViolation struct {
	// Field is its path, as record.identities[0].births[0].earliest.
	Field string
	// Reason is the name of an ErrorReason without its prefix.
	Reason string
	// Description is a sentence.
	Description string
}

// Error says code, reason and message.
func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("%s: %s", e.Kind, e.Message)
	}
	return fmt.Sprintf("%s (%s): %s", e.Kind, e.Reason, e.Message)
}

// Is reports whether the target is the error's kind, or what the context package calls the same.
func (e *Error) Is(target error) bool {
	return target == e.Kind ||
		target == context.Canceled && e.Kind == Cancelled ||
		target == context.DeadlineExceeded && e.Kind == DeadlineExceeded
}

// GRPCStatus is for status.FromError and status.Code.
func (e *Error) GRPCStatus() *status.Status { return status.FromProto(e.Status) }

// Passes reports whether the same may succeed later: the service is away, slow, or full and says when to come again.
func (e *Error) Passes() bool {
	return e.Kind == Unreachable || e.Kind == DeadlineExceeded || e.Kind == Overloaded && e.RetryAfter != nil
}

// ErrorOf is the error of a status, as in the results of a stream; a code that is none becomes Unknown.
func ErrorOf(sent *statuspb.Status) *Error {
	code := codes.Code(sent.GetCode())
	if code > codes.Unauthenticated {
		code = codes.Unknown
	}
	told := &Error{Kind: kindOf(code), Code: code, Message: sent.GetMessage(), Status: sent}
	var info errdetails.ErrorInfo
	if unpacked(sent, &info) {
		told.Reason = info.GetReason()
	}
	var bad errdetails.BadRequest
	if unpacked(sent, &bad) {
		for _, wrong := range bad.GetFieldViolations() {
			violation := FieldViolation{wrong.GetField(), wrong.GetReason(), wrong.GetDescription()}
			told.Violations = append(told.Violations, violation)
		}
	}
	var retry errdetails.RetryInfo
	if unpacked(sent, &retry) {
		after := retry.GetRetryDelay().AsDuration()
		told.RetryAfter = &after
	}
	return told
}

// errorOfCall is the typed error of a call that failed, nil for none.
func errorOfCall(err error, address string) *Error {
	if err == nil {
		return nil
	}
	told := ErrorOf(status.Convert(err).Proto())
	told.Address = address
	return told
}

// brokenContract is the error of an answer that the contract does not allow.
func brokenContract(message, address string) *Error {
	return errorOfCall(status.Error(codes.Internal, message), address)
}

// unpacked fills a detail from a status; false when the status has none of its type.
func unpacked(sent *statuspb.Status, detail proto.Message) bool {
	for _, packed := range sent.GetDetails() {
		if packed.MessageIs(detail) && packed.UnmarshalTo(detail) == nil {
			return true
		}
	}
	return false
}
