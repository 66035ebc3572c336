package ftf

import (
	_ "embed"
	"encoding/json"
)

// serviceConfig says, for gRPC, which methods are tried again on UNAVAILABLE, how often, and with which pauses. The
// clients of all languages share it.
//
//go:embed service_config.json
var serviceConfig string

// maxAttempts is how often one call is tried, the first time included.
var maxAttempts = attemptsOf(serviceConfig)

func attemptsOf(config string) int {
	var policy struct {
		MethodConfig []struct {
			RetryPolicy struct{ MaxAttempts int }
		}
	}
	if err := json.Unmarshal([]byte(config), &policy); err != nil {
		panic("service_config.json: " + err.Error())
	}
	return policy.MethodConfig[0].RetryPolicy.MaxAttempts
}
