/**
 * An object store in memory, for tests: what holds in S3 holds there, and what does not does not.
 */
package io.nightjar.buckets;
