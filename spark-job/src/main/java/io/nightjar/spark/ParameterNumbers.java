package io.nightjar.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.Scheme;
import java.util.List;

/**
 * {@link HeParameters} by their numbers, as they go from one process of a job to another: there, a
 * context can be opened for them.
 *
 * @param scheme the scheme
 * @param ringDegree the degree of the ring
 * @param primes those of keys; of several, data has all but the last
 * @param plainModulus 0 where the scheme has none
 * @param securityBits that the parameters were made for
 */
public record ParameterNumbers(
    Scheme scheme, int ringDegree, List<Long> primes, long plainModulus, int securityBits) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Copies the primes. */
  public ParameterNumbers {
    primes = List.copyOf(primes);
  }

  static ParameterNumbers of(HeParameters parameters) {
    return new ParameterNumbers(
        parameters.scheme(),
        parameters.ringDegree(),
        parameters.keyPrimes(),
        parameters.plainModulus(),
        parameters.securityBits());
  }

  HeParameters toHeParameters() {
    return HeParameters.ofExplicitPrimes(scheme, ringDegree, primes, plainModulus, securityBits);
  }

  /** Returns the numbers as a text. */
  String write() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Parameters that cannot be written as JSON", e);
    }
  }

  /** Returns what {@link #write} wrote. */
  static ParameterNumbers read(String text) {
    try {
      return MAPPER.readValue(text, ParameterNumbers.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not the parameters of a block", e);
    }
  }
}
