/** What a stream of records is made of. */

import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";

import { type Record, RecordSchema } from "./gen/ftf/resolution/v1/record_pb.js";

/** The records of one message: it must stay under the 4 MiB that the service takes; the rest is room for its frame. */
export const MAXIMUM_BYTES: number = 3 << 20;

/** Records and their place in the stream. */
export interface Batch {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** At least one. */
  readonly records: readonly Record[];
}

/** How records are put into batches. */
export interface BatchOptions {
  /** Records in a batch, at most; 250 by default. */
  readonly size?: number | undefined;
  /** The sequence of the first batch; 1 by default. */
  readonly firstSequence?: number | undefined;
}

/** The records in batches of at most `size` and `MAXIMUM_BYTES`. The same records always give the same batches. */
export async function* batched(
  records: Iterable<MessageInitShape<typeof RecordSchema>> | AsyncIterable<MessageInitShape<typeof RecordSchema>>,
  { size = 250, firstSequence = 1 }: BatchOptions = {},
): AsyncGenerator<Batch> {
  let sequence = firstSequence;
  let bytes = 0;
  let batch: Record[] = [];
  for await (const given of records) {
    const record = create(RecordSchema, given);
    const bytesOfRecord = toBinary(RecordSchema, record).length;
    if (batch.length > 0 && (batch.length === size || bytes + bytesOfRecord > MAXIMUM_BYTES)) {
      yield { sequence, records: batch };
      sequence += 1;
      bytes = 0;
      batch = [];
    }
    batch.push(record);
    bytes += bytesOfRecord;
  }
  if (batch.length > 0) yield { sequence, records: batch };
}
