/**
 * The protocol {@code 2p-dnn} (2P-DNN, 2018): the rounds of bayhenn over Paillier's scheme, where
 * several records share one plaintext in guarded fields.
 *
 * <p>{@link io.nightjar.twoparty.TwoPartyDnn} is all that anybody else sees of it.
 */
package io.nightjar.twoparty;
