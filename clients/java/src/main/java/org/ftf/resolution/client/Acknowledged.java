package org.ftf.resolution.client;

import java.util.List;
import org.ftf.resolution.v1.ResolveRecordsResult;

/**
 * Is told of each batch that is durable.
 *
 * @param <X> what it may throw; that ends the stream
 */
@FunctionalInterface
public interface Acknowledged<X extends Exception> {
  /**
   * A batch is durable.
   *
   * @param batch what was sent
   * @param results one for each of its records, in their order: the decision, or why the record was not stored ({@link
   *     ServiceException#of(com.google.rpc.Status)})
   * @throws X to end the stream
   */
  void acknowledged(Batch batch, List<ResolveRecordsResult> results) throws X;
}
