/**
 * The protocol {@code cryptonets} (Crypto-Nets, 2014): executors evaluate a whole network on
 * ciphertexts of real numbers (CKKS), and the data owner uploads once and sees only outputs.
 *
 * <p>{@link io.nightjar.cryptonets.Cryptonets} is all that anybody else sees of it. A network is a
 * chain of levels: a linear step each, whose outputs may be divided by primes and squared.
 */
package io.nightjar.cryptonets;
