package io.nightjar.crypto.lattice;

import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeLibrary;
import java.util.Objects;

/**
 * A native SEAL context for one set of parameters; any number of threads may share it.
 *
 * <p>Building one takes milliseconds, so a process keeps one for each parameter digest. Closing it
 * while another thread is inside a call lets that call finish. Blocks and keys do not depend on the
 * context that made them: any open context of equal parameters will do.
 */
public final class HeContext implements AutoCloseable {

  private final HeParameters parameters;
  private final NativeHandle handle;

  private HeContext(HeParameters parameters) {
    this.parameters = parameters;
    long[] primes = parameters.keyPrimes().stream().mapToLong(Long::longValue).toArray();
    long pointer =
        Native.createContext(
            parameters.scheme().code(),
            parameters.ringDegree(),
            primes,
            parameters.plainModulus(),
            parameters.securityBits() == HeParameters.STANDARD_SECURITY_BITS,
            Kernel.preferred().index());
    this.handle = new NativeHandle(this, "context", pointer, 0, Native::destroyContext);
  }

  /**
   * Builds a context.
   *
   * @throws InvalidParametersException if SEAL refuses the parameters
   */
  public static HeContext open(HeParameters parameters) {
    Objects.requireNonNull(parameters, "parameters");
    NativeLibrary.load();
    return new HeContext(parameters);
  }

  /** Returns the parameters. */
  public HeParameters parameters() {
    return parameters;
  }

  /**
   * Holds the native context open until the result is closed: for the packages under
   * io.nightjar.crypto only.
   */
  public NativeHandle.Use use() {
    return handle.use();
  }

  /**
   * Refuses an object that was made under other parameters: for the packages under
   * io.nightjar.crypto only.
   */
  public void requireSame(HeParameters other, String what) {
    if (!parameters.equals(other)) {
      throw new WrongContextException(
          "The %s belongs to parameters %s; this context is for %s"
              .formatted(what, other.digest(), parameters.digest()));
    }
  }

  /**
   * Refuses an operation that the scheme does not have: for the packages under io.nightjar.crypto
   * only.
   */
  public void requireScheme(Scheme scheme) {
    if (parameters.scheme() != scheme) {
      throw new WrongContextException(
          "The operation needs %s; this context is for %s".formatted(scheme, parameters.scheme()));
    }
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "HeContext[" + parameters + "]";
  }
}
