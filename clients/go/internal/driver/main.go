// The driver of this client in the conformance suite; clients/conformance/README.md says what it has to do.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
)

// longestLine is room for a request with many records.
const longestLine = 64 << 20

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	answers := json.NewEncoder(os.Stdout)
	driver := &driver{}
	for lines.Scan() {
		if err := answers.Encode(driver.answer(context.Background(), lines.Bytes())); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
