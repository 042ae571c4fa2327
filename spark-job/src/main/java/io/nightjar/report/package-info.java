/** What a job's results are worth: accuracy and calibration where the truth is known. */
package io.nightjar.report;
