/** Tests of the documents in the repository. */
package io.nightjar.documents;
