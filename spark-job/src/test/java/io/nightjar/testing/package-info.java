/** What tests have in common: the mark of slow ones, and programs in processes of their own. */
package io.nightjar.testing;
