// Package ftf is the client of the resolution service: a thin layer around the generated code of its contract, package
// resolutionv1, that makes the right thing easy.
//
//	client, err := ftf.Connect("resolver.example:443", ftf.Options{Purpose: "identify", CaseReference: "case 7", TLS: files})
//	decision, err := client.Resolution.ResolveRecord(ctx, request)
//
// [Client] has the generated clients of all services; its calls carry purpose and case reference, have a deadline, are
// repeated when that is safe, and fail with an [Error]. [Pages] reads lists, [Send] a stream of records, [Follow] the
// feed of decisions.
package ftf
