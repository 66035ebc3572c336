/**
 * The client of the resolution service: the generated code of its contract is in {@code org.ftf.resolution.v1}, and here is
 * what makes the right thing easy around it. Begin with {@link org.ftf.resolution.client.ResolutionClient#to}.
 */
package org.ftf.resolution.client;
