/**
 * Nightjar for programs: a data owner's dataset in, a dataset over its results out.
 *
 * <p>{@link io.nightjar.api.Agent#score} runs one job, now, and not when somebody asks for a row: a
 * job is ordered from another owner, counted against a budget, and never done twice for one output.
 */
package io.nightjar.api;
