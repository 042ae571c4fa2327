/**
 * Plans say what two parties agree on before anything is encrypted: rounds, scales, bounds, bytes,
 * and what each side learns.
 *
 * <p>A {@link io.nightjar.plan.Plan} is a header that every protocol's plan has, its rounds, and a
 * {@link io.nightjar.plan.Sheet} that only its protocol understands; this package names no
 * protocol. A {@link io.nightjar.plan.Layout} says where the numbers of a batch lie in ciphertexts,
 * and {@link io.nightjar.plan.ColumnLayout} is the plainest. A plan contains no weights. {@link
 * io.nightjar.plan.PlanText} explains it, {@link io.nightjar.plan.PlanJson} writes it, and {@link
 * io.nightjar.plan.PlanReader} reads it from another party.
 */
package io.nightjar.plan;
