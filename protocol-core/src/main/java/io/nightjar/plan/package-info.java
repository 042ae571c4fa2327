/**
 * What two parties agree on before anything is encrypted: rounds, scales, bounds, parameters,
 * bytes, and what each side learns.
 *
 * <p>{@link io.nightjar.plan.Planner} makes a {@link io.nightjar.plan.Plan} from a model or refuses
 * to; {@link io.nightjar.plan.PlanText} explains it. A plan contains no weights.
 */
package io.nightjar.plan;
