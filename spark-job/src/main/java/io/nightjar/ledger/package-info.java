/**
 * What the model owner has answered, and to whom: append-only, and never more than a budget allows.
 *
 * <p>An answer is one record scored with one draw: one equation about the weights for whoever
 * decrypts it. A job is admitted for all its answers before any work is done on it ({@link
 * io.nightjar.ledger.Ledger#admit}), and stays counted if it fails later, because nobody can tell
 * how much of it was read. It is bound to its order and its secret, so that nothing else comes
 * again under its name.
 *
 * <p>There are two ledgers behind {@link io.nightjar.ledger.Ledgers#open}: tables in a database,
 * and a directory with one file for each entry. Both check the budget and append in one step that
 * either happens or does not, also between processes and when a process is killed.
 */
package io.nightjar.ledger;
