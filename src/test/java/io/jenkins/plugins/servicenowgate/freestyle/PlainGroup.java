package io.jenkins.plugins.servicenowgate.freestyle;

import hudson.model.FreeStyleProject;
import hudson.model.ItemGroup;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A group of jobs that is not an item, like the promotions of a job. */
final class PlainGroup implements ItemGroup<FreeStyleProject> {
    private final File directory;
    private final List<FreeStyleProject> jobs = new ArrayList<>();
    private String fullName;

    /**
     * @param fullName the name that the group returns, normally below the job that owns it
     */
    PlainGroup(File directory, String fullName) {
        this.directory = directory;
        this.fullName = fullName;
    }

    FreeStyleProject create(String name) throws IOException {
        FreeStyleProject job = new FreeStyleProject(this, name);
        job.onCreatedFromScratch();
        jobs.add(job);
        job.save();
        return job;
    }

    void rename(String newFullName) {
        fullName = newFullName;
    }

    @Override
    public String getFullName() {
        return fullName;
    }

    @Override
    public String getFullDisplayName() {
        return fullName;
    }

    @Override
    public String getDisplayName() {
        return fullName;
    }

    @Override
    public Collection<FreeStyleProject> getItems() {
        return jobs;
    }

    @Override
    public String getUrl() {
        return "plain-group/";
    }

    @Override
    public String getUrlChildPrefix() {
        return ".";
    }

    @Override
    public FreeStyleProject getItem(String name) {
        return jobs.stream()
                .filter(job -> job.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public File getRootDirFor(FreeStyleProject child) {
        return new File(directory, child.getName());
    }

    @Override
    public void onDeleted(FreeStyleProject item) {
        jobs.remove(item);
    }

    @Override
    public File getRootDir() {
        return directory;
    }

    @Override
    public void save() {
        // Kept in memory.
    }
}
