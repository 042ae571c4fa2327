package io.nightjar.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that {@code make fast} leaves out; {@code mvn verify} runs it like any other.
 *
 * <p>Belongs here: whatever starts a cluster, an HDFS or a process, or kills one; whatever waits
 * for a timeout; and properties, statistics and mutations that take more than about two seconds
 * alone on a quiet machine. Everything else stays in the fast group, which has three minutes for
 * all modules together. Where only one method is slow, it alone is marked.
 *
 * <p>jqwik has tags of its own, hence two of them. Each module has a copy of this, because a test
 * jar that modules share is missing wherever tests are not built.
 */
@Tag("slow")
@net.jqwik.api.Tag("slow")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Slow {}
