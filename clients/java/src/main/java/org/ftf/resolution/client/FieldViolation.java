package org.ftf.resolution.client;

/**
 * A wrong field.
 *
 * @param field its path, as {@code record.identities[0].births[0].earliest}
 * @param reason the name of an {@code ErrorReason} of the contract without its prefix, as it was sent
 * @param description a sentence without personal data
 */
public record FieldViolation(String field, String reason, String description) {}
